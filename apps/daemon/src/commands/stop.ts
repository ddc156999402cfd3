import type { Command } from "commander";
import type { LifecycleOptions } from "../lifecycle/commands.ts";
import { dataDirOption } from "./options.ts";

/** `fairlead stop`. */
export function addStop(program: Command): void {
  program
    .command("stop")
    .description("stop the daemon once running turns are over")
    .option("--now", "do not wait for running turns")
    .addOption(dataDirOption())
    .addHelpText(
      "after",
      `
Turns may take as long as limits.stop_secs of host.toml allows, then they are cut.
Exit code 3: no daemon is running.

Example:
  $ fairlead stop`,
    )
    .action(async (options: LifecycleOptions) => {
      const { stop } = await import("../lifecycle/commands.ts");
      await stop(options);
    });
}
