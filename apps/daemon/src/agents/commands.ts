import { callDaemon, daemonIsRunning } from "../control/client.ts";
import { ownPathSource, type Paths, pathsOf } from "../config/paths.ts";
import { silentLog } from "../serve/log.ts";
import { configOf } from "../serve/start-config.ts";
import { sharedProcesses } from "../serve/shared-processes.ts";
import { styleOf } from "../terminal/style.ts";
import { type AgentReport, describeAgents } from "./describe.ts";
import { ConfiguredAgents } from "./directory.ts";
import { doctorText, listText, readReports } from "./report.ts";

/** What the commands of agents are called with. */
export interface AgentsOptions {
  readonly json?: boolean;
  readonly dataDir?: string;
}

/** `fairlead agents list`. */
export async function listAgents(options: AgentsOptions): Promise<void> {
  print(await agentReports(options), options, listText);
}

/** `fairlead agents doctor`: fails when no agent can be used. */
export async function examineAgents(options: AgentsOptions): Promise<void> {
  const agents = await agentReports(options);
  print(agents, options, (found) => doctorText(found, styleOf(process.stdout)));
  if (!agents.some(({ available }) => available)) process.exitCode = 1;
}

/** `fairlead agents restart`. */
export async function restartAgent(name: string, { dataDir }: AgentsOptions): Promise<void> {
  await callDaemon(pathsOf(ownPathSource(dataDir)), "agents/restart", { name });
  process.stdout.write(`${name} starts anew at its next turn.\n`);
}

/** What there is of agents: of the running daemon, else asked here: nothing is left running by it. */
export async function agentReports({ dataDir }: AgentsOptions): Promise<readonly AgentReport[]> {
  const paths = pathsOf(ownPathSource(dataDir));
  if (await daemonIsRunning(paths)) return readReports(await callDaemon(paths, "agents/list"));
  return askHere(paths);
}

async function askHere(paths: Paths): Promise<readonly AgentReport[]> {
  await using processes = sharedProcesses(null, silentLog);
  const options = { ...processes, paths, log: silentLog };
  await using agents = new ConfiguredAgents(await configOf(paths), options);
  return await describeAgents(agents);
}

function print(
  agents: readonly AgentReport[],
  { json = false }: AgentsOptions,
  text: (agents: readonly AgentReport[]) => string,
): void {
  process.stdout.write(json ? `${JSON.stringify(agents, null, 2)}\n` : text(agents));
}
