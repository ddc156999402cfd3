import { hostname } from "node:os";
import { dirname } from "node:path";
import type { EnvironmentResolver, ListenerHost } from "@fairlead/bridge-core";
import type { RequestHandler } from "@fairlead/bridge-core/transport";
import { ConfiguredAgents } from "../agents/directory.ts";
import type { HostConfig } from "../config/host-config.ts";
import type { Paths } from "../config/paths.ts";
import { makeFolders, privateFolder } from "../config/private-files.ts";
import type { Authority } from "../devices/authority.ts";
import type { DeviceEvent } from "../devices/device-event.ts";
import { certificateIn } from "./certificate.ts";
import type { Gateway, GatewayObserver } from "../gateway/types.ts";
import { claimDaemon } from "../lifecycle/lock.ts";
import { ClientAdmission } from "./admission.ts";
import { defaultAgentOf } from "./default-agent.ts";
import { httpRoutes } from "./http-routes.ts";
import type { Lazy } from "./lazily.ts";
import { lazyGateway } from "./lazy-gateway.ts";
import { Listeners, type WantedListener } from "./listeners.ts";
import { LocalSockets } from "./local-sockets.ts";
import type { Log } from "./log.ts";
import { openAuthority } from "./open-authority.ts";
import { operatorToken, type OperatorToken } from "./operator-token.ts";
import { Owned } from "./owned.ts";
import { sharedProcesses } from "./shared-processes.ts";
import { type ListenerOverrides, wantedListeners } from "./wanted-listeners.ts";

/** Settings of {@link startDaemon}. */
export interface DaemonOptions {
  readonly paths: Paths;
  readonly config: HostConfig;
  readonly overrides: ListenerOverrides;
  /** False: unix sockets only, for a command that wants an agent for itself. */
  readonly isReachable: boolean;
  /** Environment agents start with; null = that of the user's login shell. */
  readonly environment: EnvironmentResolver | null;
  /** Writes another pairing token into `host.toml`, when it is kept there. */
  readonly writeToken: (token: string) => Promise<void>;
  /** Told what happens, for the audit log and metrics. */
  readonly watcher: DaemonWatcher;
  /** Answers `/healthz` and its like on the port of the WebSocket. */
  readonly operations: RequestHandler;
  readonly log: Log;
}

/** Who is told what happens in a daemon. */
export interface DaemonWatcher {
  readonly gateway: GatewayObserver;
  readonly device: (event: DeviceEvent) => void;
}

/** A running daemon. Dispose ends its listeners, then every agent. */
export interface Daemon extends AsyncDisposable {
  readonly agents: ConfiguredAgents;
  readonly authority: Authority;
  readonly gateway: Lazy<Gateway>;
  readonly listeners: Listeners;
  /** `ws://127.0.0.1:PORT`, or null when there is none. Agents are at `/agents/NAME`. */
  readonly webSocketUrl: string | null;
  /** The bearer token of the operator's own WebSocket clients. */
  readonly operator: OperatorToken;
  /** The secret a new device shows now. Never for logs. */
  pairingToken(): string;
  /** Agent of clients that name none. */
  defaultAgent(): Promise<string>;
  /** Follows another configuration, as far as that can be done live. */
  configure(config: HostConfig): Promise<void>;
  /** Takes no new connection any more; those there are stay. Idempotent. */
  closeDoors(): void;
}

/**
 * Serves every agent on a unix socket of its own and all of them on one more, and as reachable as
 * the configuration says. Rejects with what to do, and leaves nothing running, when another daemon
 * has these places or what the command line asks for is not to be had.
 */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const owned = new Owned();
  try {
    return await compose(options, owned);
  } catch (error) {
    await owned[Symbol.asyncDispose]();
    throw error;
  }
}

async function compose(options: DaemonOptions, owned: Owned): Promise<Daemon> {
  const { paths, log, overrides } = options;
  let { config } = options;
  await makeFolders(paths);
  owned.add(await claimDaemon(paths));
  const processes = owned.add(sharedProcesses(options.environment, log));
  const agents = owned.add(new ConfiguredAgents(config, { ...processes, paths, log }));
  const defaultAgent = (): Promise<string> => defaultAgentOf(agents, config.defaultAgent);
  const { writeToken, watcher } = options;
  const { authority, token } = await openAuthority(
    { paths, config: () => config, writeToken, onEvent: watcher.device, log },
    owned,
  );
  const operator = await operatorToken(paths.operatorTokenFile, log);
  const { session } = config;
  const gateway = owned.add(
    lazyGateway({ paths, agents, defaultAgent, observer: watcher.gateway, session, log }),
  );
  const admission = new ClientAdmission({
    gateway: () => gateway.get(),
    agents,
    isOperator: operator.matches,
    identify: (claim, o) => authority.admit(claim, o),
  });
  const sockets = owned.add(new LocalSockets(paths, admission, log));
  await sockets.follow(agents);
  const hostOf = async (name: string): Promise<ListenerHost> => {
    const stateDir = paths.listenerState(name);
    await privateFolder(dirname(stateDir));
    await privateFolder(stateDir);
    return {
      stateDir,
      hostName: hostname(),
      pairingToken: () => token.current,
      admit: (claim, o) => admission.admit(claim, o),
      log,
    };
  };
  const listeners = owned.add(new Listeners(hostOf, log));
  const routes = httpRoutes({
    certificate: () => certificateIn(config.websocket.tlsCert),
    pair: (body, source, signal) => authority.pairRequest(body, source, signal),
    operations: options.operations,
  });
  const wanted = (): readonly WantedListener[] => wantedListeners(config, overrides, routes);
  if (options.isReachable) for (const listener of wanted()) await listeners.open(listener);
  return {
    agents,
    authority,
    gateway,
    listeners,
    operator,
    pairingToken: () => token.current,
    get webSocketUrl() {
      return listeners.find("websocket")?.addresses[0] ?? null;
    },
    defaultAgent,
    async configure(next) {
      config = next;
      await agents.configure(next);
      await sockets.follow(agents);
      await authority.configureToken(next.token);
      if (options.isReachable) await listeners.follow(wanted());
    },
    closeDoors: () => admission.close("Fairlead is stopping: come back in a moment"),
    [Symbol.asyncDispose]: () => owned[Symbol.asyncDispose](),
  };
}
