import type { Command } from "commander";
import type { LifecycleOptions } from "../lifecycle/commands.ts";
import { dataDirOption } from "./options.ts";

/** `fairlead reload`. */
export function addReload(program: Command): void {
  program
    .command("reload")
    .description("let the running daemon take over a changed host.toml")
    .option("--json", "print JSON")
    .addOption(dataDirOption())
    .addHelpText(
      "after",
      `
Exit code 1: the file is wrong; the running configuration stays as it is.

Example:
  $ fairlead config edit && fairlead reload`,
    )
    .action(async (options: LifecycleOptions) => {
      const { reload } = await import("../lifecycle/commands.ts");
      await reload(options);
    });
}
