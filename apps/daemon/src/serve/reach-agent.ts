import { existsSync } from "node:fs";
import { ownPathSource, type Paths, pathsOf } from "../config/paths.ts";
import { callDaemon, daemonIsRunning } from "../control/client.ts";
import { DaemonNotRunning } from "../control/command-error.ts";
import { agentNames, unknownAgent } from "../registry.ts";
import { socketOf } from "./local-sockets.ts";
import { ownDaemon, passingDaemon } from "./own-daemon.ts";
import { configOf } from "./start-config.ts";

/** An endpoint that can be connected to. Dispose ends what was started for it. */
export interface ReachedAgent extends AsyncDisposable {
  /** For people: the agent, or `all agents`. */
  readonly name: string;
  /** Path of its unix socket. */
  readonly socket: string;
}

/**
 * The socket of an agent, or without a name the one that is all agents: of the running daemon, or of
 * one that lives as long as the result. The terminal belongs to the caller, so what goes wrong
 * meanwhile is logged to a file.
 */
export async function reachAgent(
  wanted: string | undefined,
  dataDir: string | undefined,
): Promise<ReachedAgent> {
  const paths = pathsOf(ownPathSource(dataDir));
  const name = wanted ?? "all agents";
  if (await daemonIsRunning(paths)) {
    const socket = existing(paths, wanted ?? null);
    return { name, socket, async [Symbol.asyncDispose]() {} };
  }
  const daemon = await ownDaemon(paths, await configOf(paths));
  try {
    const socket = existing(paths, wanted ?? null);
    return { name, socket, [Symbol.asyncDispose]: () => daemon[Symbol.asyncDispose]() };
  } catch (error) {
    await daemon[Symbol.asyncDispose]();
    throw error;
  }
}

/**
 * {@link reachAgent} for a program that must not end with somebody else's command: where such a
 * command has the places of the daemon, the threads of this one are not kept.
 */
export async function reachAgentAlone(
  wanted: string | undefined,
  dataDir: string | undefined,
  say: (sentence: string) => void,
): Promise<ReachedAgent> {
  const paths = pathsOf(ownPathSource(dataDir));
  if (!(await isOfCommand(paths))) return reachAgent(wanted, dataDir);
  say(`${paths.data} is in use by another command: the threads of this session are not kept`);
  const daemon = await passingDaemon(await configOf(paths));
  const socket = existing(daemon.paths, wanted ?? null);
  return {
    name: wanted ?? "all agents",
    socket,
    [Symbol.asyncDispose]: () => daemon[Symbol.asyncDispose](),
  };
}

async function isOfCommand(paths: Paths): Promise<boolean> {
  if (!(await daemonIsRunning(paths))) return false;
  const status = await callDaemon(paths, "status");
  return typeof status === "object" && status !== null && "isOfCommand" in status;
}

/** Address of an endpoint of the daemon that runs. Rejects when none does, or it has no such agent. */
export async function runningEndpoint(
  agent: string | null,
  dataDir: string | undefined,
): Promise<string> {
  const paths = pathsOf(ownPathSource(dataDir));
  if (!(await daemonIsRunning(paths))) throw new DaemonNotRunning();
  return `unix://${existing(paths, agent)}`;
}

function existing(paths: Paths, agent: string | null): string {
  const socket = socketOf(paths, agent);
  if (existsSync(socket)) return socket;
  const name = agent ?? "";
  throw new Error(
    agentNames.includes(name)
      ? `the agent ${name} is switched off: \`fairlead config set agents.${name}.enabled true\``
      : unknownAgent(name),
  );
}
