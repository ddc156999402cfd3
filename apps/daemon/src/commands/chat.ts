import type { Command } from "commander";
import { dataDirOption } from "./options.ts";

/** `fairlead chat`. */
export function addChat(program: Command): void {
  program
    .command("chat")
    .description("talk to an agent in this terminal and folder, without codex")
    .argument("[agent]", "default: the best one found")
    .addOption(dataDirOption())
    .addHelpText(
      "after",
      "\nExamples:\n  $ cd ~/project && fairlead chat claude\n  $ echo hello | fairlead chat demo",
    )
    .action(async (agent: string | undefined, options: { readonly dataDir?: string }) => {
      const { chat } = await import("../terminal/chat.ts");
      await chat(agent, options);
    });
}
