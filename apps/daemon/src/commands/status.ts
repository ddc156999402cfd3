import type { Command } from "commander";
import type { StatusOptions } from "../control/show-status.ts";
import { dataDirOption } from "./options.ts";

/** `fairlead status`. */
export function addStatus(program: Command): void {
  program
    .command("status")
    .description("what the daemon does: ways in, devices, turns, approvals, agents")
    .option("--json", "print JSON")
    .addOption(dataDirOption())
    .addHelpText(
      "after",
      `
Exit code 3: no daemon is running. Nothing is started.

Example:
  $ fairlead status --json | jq .turns`,
    )
    .action(async (options: StatusOptions) => {
      const { showStatus } = await import("../control/show-status.ts");
      await showStatus(options);
    });
}
