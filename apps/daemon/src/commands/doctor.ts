import type { Command } from "commander";
import { dataDirOption } from "./options.ts";

/** `fairlead doctor`. */
export function addDoctor(program: Command): void {
  program
    .command("doctor")
    .description("what keeps Fairlead from working here, and what to type")
    .option("--json", "print JSON")
    .addOption(dataDirOption())
    .addHelpText(
      "after",
      `
Changes and starts nothing. Exit code 1: something has to be done.

Example:
  $ fairlead doctor`,
    )
    .action(async (options: { readonly json?: boolean; readonly dataDir?: string }) => {
      const { doctor } = await import("../doctor/doctor.ts");
      await doctor(options);
    });
}
