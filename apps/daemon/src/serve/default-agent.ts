import type { AgentDirectory } from "../agents/agent-entry.ts";
import { withoutTerminals } from "../agents/without-terminals.ts";

/**
 * The agent of somebody who names none: the configured one, else the first that can be used now. The
 * last there is when none can, so that its reason is told. Never a terminal.
 */
export async function defaultAgentOf(
  all: AgentDirectory,
  configured: string | null,
): Promise<string> {
  const agents = withoutTerminals(all);
  if (configured !== null && agents.find(configured) !== undefined) return configured;
  for (const name of agents.names) {
    if ((await agents.find(name)?.status())?.available === true) return name;
  }
  const [first] = agents.names;
  if (first === undefined) throw new Error("no agent is switched on: see [agents] in host.toml");
  return first;
}
