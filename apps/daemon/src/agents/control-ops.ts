import { CommandError } from "../control/command-error.ts";
import type { ControlOps } from "../control/op.ts";
import { unknownAgent } from "../registry.ts";
import type { AgentDirectory } from "./agent-entry.ts";
import { describeAgents } from "./describe.ts";

/** What the command line may ask of the agents: `agents/list`, `agents/restart {name}`. */
export function agentOps(directory: AgentDirectory): ControlOps {
  return {
    "agents/list": () => describeAgents(directory),
    async "agents/restart"(params) {
      const name = nameOf(params);
      const entry = directory.find(name);
      if (entry === undefined) {
        throw new CommandError("failed", unknownAgent(name, directory.names));
      }
      await entry.restart();
      return { name: entry.name };
    },
  };
}

function nameOf(params: unknown): string {
  const name = typeof params === "object" && params !== null && "name" in params && params.name;
  if (typeof name === "string") return name;
  throw new CommandError("usage", "agents/restart needs the name of an agent.");
}
