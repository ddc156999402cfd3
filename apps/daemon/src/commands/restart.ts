import type { Command } from "commander";
import type { LifecycleOptions } from "../lifecycle/commands.ts";
import { dataDirOption } from "./options.ts";

/** `fairlead restart`. */
export function addRestart(program: Command): void {
  program
    .command("restart")
    .description("stop the daemon as `stop` does, and start it in the background")
    .option("--now", "do not wait for running turns")
    .addOption(dataDirOption())
    .addHelpText("after", "\nExample:\n  $ fairlead restart")
    .action(async (options: LifecycleOptions) => {
      const { restart } = await import("../lifecycle/commands.ts");
      await restart(options);
    });
}
