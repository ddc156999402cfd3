import { type Command, Option } from "commander";
import { threadAgentNames } from "../registry.ts";
import { portOption } from "./options.ts";

/** What `fairlead demo` was called with. */
export interface DemoOptions {
  readonly mock: boolean;
  readonly answer: "yes" | "no";
  readonly killAgent: boolean;
  readonly port: number;
}

/** `fairlead demo`. */
export function addDemo(program: Command): void {
  program
    .command("demo")
    .description("see an agent work through Fairlead; leaves nothing behind")
    .argument("[agents...]", `agents to prompt: ${threadAgentNames.join(", ")} (default: demo)`)
    .option("--mock", "run real agents against a scripted model instead of their own", false)
    .addOption(
      new Option("--answer <answer>", "what to answer when the agent asks")
        .choices(["yes", "no"])
        .default("yes"),
    )
    .option("--kill-agent", "kill the agent in the middle of its turn", false)
    .addOption(portOption("port of the WebSocket, 0 = a free one").default(0))
    .addHelpText(
      "after",
      "\nExamples:\n  $ fairlead demo\n  $ fairlead demo claude    (spends tokens of yours)",
    )
    .action(async (agents: readonly string[], options: DemoOptions) => {
      const { demo } = await import("../demo/demo.ts");
      await demo(agents, options);
    });
}
