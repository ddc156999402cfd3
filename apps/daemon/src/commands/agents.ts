import type { Command } from "commander";
import { dataDirOption } from "./options.ts";

interface AgentsOptions {
  readonly json?: boolean;
  readonly dataDir?: string;
}

/** `fairlead agents`. */
export function addAgents(program: Command): void {
  const agents = program
    .command("agents")
    .description("which agents there are, and what keeps one from working")
    .addHelpText("after", "\nExample:\n  $ fairlead agents list");
  agents
    .command("list")
    .description("every agent, whether it can be used, and why not")
    .option("--json", "print JSON")
    .addOption(dataDirOption())
    .addHelpText("after", "\nExample:\n  $ fairlead agents list")
    .action(async (options: AgentsOptions) => {
      const { listAgents } = await import("../agents/commands.ts");
      await listAgents(options);
    });
  agents
    .command("doctor")
    .description("for each agent: where it is, its version, its login, what to type")
    .option("--json", "print JSON")
    .addOption(dataDirOption())
    .addHelpText(
      "after",
      "\nExit code 1: no agent can be used.\n\nExample:\n  $ fairlead agents doctor",
    )
    .action(async (options: AgentsOptions) => {
      const { examineAgents } = await import("../agents/commands.ts");
      await examineAgents(options);
    });
  agents
    .command("restart")
    .description("end the processes of an agent; the next turn starts new ones")
    .argument("<agent>")
    .addOption(dataDirOption())
    .addHelpText("after", "\nExample:\n  $ fairlead agents restart codex")
    .action(async (name: string, options: AgentsOptions) => {
      const { restartAgent } = await import("../agents/commands.ts");
      await restartAgent(name, options);
    });
}
