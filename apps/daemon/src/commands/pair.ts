import type { Command } from "commander";
import { roleOption } from "./devices.ts";
import { dataDirOption } from "./options.ts";

interface PairOptions {
  readonly qr: boolean;
  readonly role?: string | null;
  readonly name?: string | null;
  readonly dataDir?: string;
}

/** `fairlead pair`. */
export function addPair(program: Command): void {
  program
    .command("pair")
    .description("let a phone or another computer in")
    .option("--qr", "show the code to scan as well", false)
    .addOption(roleOption("what it may do (default: that of the configuration)"))
    .option("--name <name>", "what to call it (default: what it calls itself)")
    .addOption(dataDirOption())
    .addHelpText(
      "after",
      `
On a terminal it asks about each device that comes. Without one it ends after it has shown what to
enter; with --role, the next device within 10 minutes is let in without a question.

Examples:
  $ fairlead pair --qr
  $ fairlead pair --role view --name Kiosk </dev/null`,
    )
    .action(async ({ qr, role = null, name = null, dataDir }: PairOptions) => {
      const { pair } = await import("../devices/pair-command.ts");
      const { callOf } = await import("../devices/call.ts");
      const { stdin: input, stdout: out, stderr: notes } = process;
      await pair(callOf(dataDir), { qr, role, name, input, out, notes });
    });
}
