import { type Command, InvalidArgumentError } from "commander";
import { dataDirOption } from "./options.ts";

interface AuditOptions {
  readonly follow: boolean;
  readonly lines: number;
  readonly json: boolean;
  readonly verify: boolean;
  readonly dataDir?: string;
}

/** `fairlead audit`. */
export function addAudit(program: Command): void {
  program
    .command("audit")
    .description("who did what: turns, approvals, commands, devices")
    .option("-f, --follow", "go on showing what happens", false)
    .option("-n, --lines <number>", "how many of the last ones", count, 50)
    .option("--json", "print the lines as they are kept", false)
    .option("--verify", "check that no line was changed or taken out", false)
    .addOption(dataDirOption())
    .addHelpText(
      "after",
      `
Exit code 1: nothing is recorded yet, or a check found something.

Examples:
  $ fairlead audit -f
  $ fairlead audit --json -n 1000 | grep '"answered"'
  $ fairlead audit --verify`,
    )
    .action(async ({ follow, lines, json, verify, dataDir }: AuditOptions) => {
      const { showAudit, verifyAudit } = await import("../audit/command.ts");
      const { ownPathSource, pathsOf } = await import("../config/paths.ts");
      const { untilStopped } = await import("./until-stopped.ts");
      const folder = pathsOf(ownPathSource(dataDir)).logs;
      const out = process.stdout;
      if (verify) {
        await verifyAudit(folder, out);
        return;
      }
      const stopped = new AbortController();
      if (follow) void untilStopped().then(() => stopped.abort());
      await showAudit({ folder, lines, follow, json, out, signal: stopped.signal });
    });
}

function count(text: string): number {
  const value = Number(text);
  if (/^\d+$/u.test(text) && value <= 100_000) return value;
  throw new InvalidArgumentError("It is a number from 0 to 100000.");
}
