import { join } from "node:path";
import { loginShellEnvironment } from "@fairlead/bridge-core";
import { bridgeOf } from "../registry.ts";
import { agentSocket, daemonSocket, startDaemon } from "./daemon.ts";
import { bestOf, findAgents } from "./find-agents.ts";
import { fileLog } from "./log.ts";
import { occupantOf } from "./occupancy.ts";
import { placesOf } from "./places.ts";
import { privateFolder } from "./private-files.ts";

/** An agent that can be connected to. Dispose ends what was started for it. */
export interface ReachedAgent extends AsyncDisposable {
  readonly name: string;
  /** Path of its unix socket. */
  readonly socket: string;
}

/**
 * The socket of an agent: of the running daemon, or of one that lives as long as the result.
 * Without a name, the best agent found. The terminal belongs to the caller, so what goes wrong
 * meanwhile is logged to a file.
 */
export async function reachAgent(
  wanted: string | undefined,
  dataDir: string | undefined,
): Promise<ReachedAgent> {
  if (wanted !== undefined) await bridgeOf(wanted);
  const places = placesOf(dataDir);
  await privateFolder(places.data);
  const log = fileLog(join(places.data, "fairlead.log"));
  const environment = loginShellEnvironment({ log });
  const name = wanted ?? bestOf(await findAgents(environment, log));
  const running = (await occupantOf(daemonSocket(places)))?.sockets[name];
  if (running !== undefined) return { name, socket: running, async [Symbol.asyncDispose]() {} };
  const daemon = await startDaemon({
    places,
    defaultCwd: process.cwd(),
    port: null,
    defaultAgent: name,
    environment,
    log,
  });
  return {
    name,
    socket: agentSocket(places, name),
    [Symbol.asyncDispose]: () => daemon[Symbol.asyncDispose](),
  };
}
