import type { Command } from "commander";
import type { UpgradeOptions } from "../lifecycle/upgrade.ts";
import { dataDirOption } from "./options.ts";

/** `fairlead upgrade`. */
export function addUpgrade(program: Command): void {
  program
    .command("upgrade")
    .description("install the newest version with npm and restart the daemon gracefully")
    .option("--check", "only tell what there is")
    .option("--json", "print JSON")
    .addOption(dataDirOption())
    .addHelpText(
      "after",
      `
Asks the registry npm is set up for. When it fails, the running daemon goes on as it is.

Example:
  $ fairlead upgrade --check`,
    )
    .action(async (options: UpgradeOptions) => {
      const { upgrade } = await import("../lifecycle/upgrade.ts");
      await upgrade(options);
    });
}
