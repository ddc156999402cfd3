import type { AgentDirectory, AgentEntry } from "./agent-entry.ts";

/** The agents one can have a conversation with: what follows the directory, but has no terminals. */
export function withoutTerminals(agents: AgentDirectory): AgentDirectory {
  const find = (name: string): AgentEntry | undefined => {
    const entry = agents.find(name);
    return entry?.isTerminal === true ? undefined : entry;
  };
  return {
    get names() {
      return agents.names.filter((name) => find(name) !== undefined);
    },
    find,
  };
}
