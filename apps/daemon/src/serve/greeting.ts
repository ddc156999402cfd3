import { describeAgents, worthTelling } from "../agents/describe.ts";
import type { Paths } from "../config/paths.ts";
import { table } from "../terminal/table.ts";
import type { Daemon } from "./daemon.ts";
import { socketOf } from "./local-sockets.ts";

/**
 * What somebody who starts the daemon in a terminal is told. Agents are asked for only there: a
 * service starts none before a client comes.
 */
export async function greeting(daemon: Daemon, paths: Paths, isTerminal: boolean): Promise<string> {
  const addresses = daemon.listeners.states.map(({ name, addresses: at, problem }) => [
    name,
    problem === null ? at.join(", ") : `does not listen: ${problem}`,
  ]);
  const listening = `Fairlead is listening.

${table([
  ...addresses,
  ["sockets", `unix://${socketOf(paths, null)} (all agents), or one of each agent beside it`],
  ["token", `of the WebSocket in ${daemon.operator.file}, sent as \`Authorization: Bearer TOKEN\``],
])}
Stop with Ctrl-C.
`;
  return isTerminal ? `${await agentTable(daemon, paths)}\n${listening}` : listening;
}

async function agentTable(daemon: Daemon, paths: Paths): Promise<string> {
  const { told } = worthTelling(await describeAgents(daemon.agents));
  const rows = told.map((agent) => [
    agent.name,
    agent.available ? (agent.version ?? "found") : (agent.reason ?? "-"),
    `unix://${socketOf(paths, agent.name)}`,
  ]);
  return table([["AGENT", "FOUND", "SOCKET"], ...rows]);
}
