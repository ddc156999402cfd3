import { join } from "node:path";
import {
  type AgentServer,
  type OperatorPolicy,
  type EnvironmentResolver,
  ProcessGroups,
  createAgentServer,
  defaultPolicy,
  listenWebSocket,
  messageOf,
} from "@fairlead/bridge-core";
import { bridges, unknownAgent } from "../registry.ts";
import type { Log } from "./log.ts";
import { Owned } from "./owned.ts";
import { occupantOf, occupy } from "./occupancy.ts";
import type { Places } from "./places.ts";
import { privateFolder, tokenOf } from "./private-files.ts";

/** Settings of {@link startDaemon}. */
export interface DaemonOptions {
  readonly places: Places;
  /** Folder of threads whose client names none. Absolute. */
  readonly defaultCwd: string;
  /** Port of the WebSocket on loopback, 0 = a free one; null = unix sockets only. */
  readonly port: number | null;
  /** Agent of WebSocket clients that name none in the path. */
  readonly defaultAgent: string;
  /** The most a client may ask for. Absent = core's default. */
  readonly policy?: OperatorPolicy;
  /** After this long an unanswered approval counts as declined. Absent = it waits for ever. */
  readonly approvalLimitMs?: number;
  /** Environment agents start with. */
  readonly environment: EnvironmentResolver;
  readonly log: Log;
}

/** A running daemon. Dispose closes its listeners and ends every agent. */
export interface Daemon extends AsyncDisposable {
  /** `ws://127.0.0.1:PORT`, or null. Agents are at `/agents/NAME`. */
  readonly webSocketUrl: string | null;
  /** File with the bearer token of the WebSocket. */
  readonly tokenFile: string;
}

/** Path of the socket that tells who uses the data folder. */
export function daemonSocket(places: Places): string {
  return join(places.sockets, "daemon.sock");
}

/** Path of the socket on which a running daemon serves an agent. */
export function agentSocket(places: Places, name: string): string {
  return join(places.sockets, `${name}.sock`);
}

/**
 * Serves every agent on a unix socket of its own and, with a port, all of them on one WebSocket.
 * Rejects with what to do, and leaves nothing running, when the data folder or the port is taken.
 */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const { places, port } = options;
  const tokenFile = join(places.data, "token");
  const owned = new Owned();
  try {
    await privateFolder(places.data);
    await privateFolder(places.sockets);
    owned.add(await claim(places));
    const servers = await startServers(options, owned);
    const webSocketUrl = port === null ? null : await listenAll(servers, options, tokenFile, owned);
    for (const [name, server] of servers) {
      const address = { path: agentSocket(places, name) };
      const { onUpgrade } = server;
      owned.add(await listenWebSocket({ address, token: null, onUpgrade }));
    }
    return { webSocketUrl, tokenFile, [Symbol.asyncDispose]: () => owned[Symbol.asyncDispose]() };
  } catch (error) {
    await owned[Symbol.asyncDispose]();
    throw error;
  }
}

async function startServers(
  options: DaemonOptions,
  owned: Owned,
): Promise<ReadonlyMap<string, AgentServer>> {
  const { places, defaultCwd, environment, log } = options;
  const { policy = defaultPolicy, approvalLimitMs = null } = options;
  const groups = owned.add(new ProcessGroups());
  const dataDir = join(places.data, "agents");
  const shared = { dataDir, defaultCwd, environment, log, policy, approvalLimitMs, groups };
  const entries: (readonly [string, AgentServer])[] = [];
  for (const [name, known] of bridges) {
    const bridge = await known.load();
    entries.push([name, owned.add(createAgentServer({ bridge, ...shared }))]);
  }
  return new Map(entries);
}

async function claim(places: Places): Promise<AsyncDisposable> {
  const path = daemonSocket(places);
  const sockets = [...bridges.keys()].map((name) => [name, agentSocket(places, name)] as const);
  const occupant = { pid: process.pid, sockets: Object.fromEntries(sockets) };
  const claimed = await occupy(path, occupant);
  if (claimed !== null) return claimed;
  const pid = (await occupantOf(path))?.pid;
  const [who, how] = pid === undefined ? ["", ""] : [` (process ${pid})`, ` with \`kill ${pid}\``];
  throw new Error(
    `another Fairlead${who} uses ${places.data}: stop it${how} or choose another --data-dir`,
  );
}

async function listenAll(
  servers: ReadonlyMap<string, AgentServer>,
  { port, defaultAgent }: DaemonOptions,
  tokenFile: string,
  owned: Owned,
): Promise<string> {
  const named = (path: string): string | null =>
    path === "/" ? defaultAgent : (/^\/agents\/(.+)$/u.exec(path)?.[1] ?? null);
  const serverAt = (path: string): AgentServer | undefined => servers.get(named(path) ?? "");
  const listener = await listenWebSocket({
    address: { host: "127.0.0.1", port: port ?? 0 },
    token: await tokenOf(tokenFile),
    refusePath(path) {
      if (serverAt(path) !== undefined) return null;
      const name = named(path);
      return name === null ? unknownPath(path) : unknownAgent(name, [...bridges.keys()]);
    },
    onUpgrade(request) {
      const server = serverAt(request.path);
      // Its path was refused before.
      return server?.onUpgrade(request) ?? { refusal: unknownPath(request.path) };
    },
  }).catch((error: unknown) => {
    throw new Error(`--port ${port}: ${messageOf(error)}`, { cause: error });
  });
  return owned.add(listener).url;
}

function unknownPath(path: string): string {
  return `unknown path ${path}: use /agents/NAME, where NAME is ${[...bridges.keys()].join(" or ")}`;
}
