import { type Command, InvalidArgumentError, Option } from "commander";
import { dataDirOption } from "./options.ts";

const defaultLines = 200;
const maxLines = 1_000_000;

/** `fairlead logs`. */
export function addLogs(program: Command): void {
  program
    .command("logs")
    .description("what the daemon has logged; works without it")
    .option("-f, --follow", "go on with what is written from now on, until Ctrl-C")
    .addOption(
      new Option("-n, --lines <count>", "how many of the last lines")
        .default(defaultLines)
        .argParser((text) => {
          const count = Number(text);
          if (/^\d+$/u.test(text) && count <= maxLines) return count;
          throw new InvalidArgumentError(`It is a number from 0 to ${maxLines}.`);
        }),
    )
    .option("--json", "print each line as JSON, as it stands in the file")
    .addOption(dataDirOption())
    .addHelpText("after", "\nExample:\n  $ fairlead logs -f -n 20")
    .action(
      async (options: {
        readonly dataDir?: string;
        readonly follow?: boolean;
        readonly lines: number;
        readonly json?: boolean;
      }) => {
        const { printLogs } = await import("../logging/print-logs.ts");
        await printLogs(options);
      },
    );
}
