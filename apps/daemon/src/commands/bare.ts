import type { Command } from "commander";
import { CommandError } from "../control/command-error.ts";
import type { BareOptions, ShowPairing } from "../lifecycle/first-run.ts";
import { dataDirOption } from "./options.ts";

/** `fairlead` without a command. `showPairing` is what `fairlead pair` shows. */
export function addBare(program: Command, showPairing: ShowPairing): void {
  program
    // Else the options here would be taken for those of every command.
    .enablePositionalOptions()
    .allowExcessArguments()
    .hook("preSubcommand", () => {
      if (program.getOptionValueSource("dataDir") === undefined) return;
      throw new CommandError("usage", "Write --data-dir behind the name of the command.");
    })
    .option("--no-install", "first run: do not start the daemon at every login")
    .addOption(dataDirOption())
    .addHelpText(
      "after",
      `
Without a command: starts the daemon if it is not running. The first time it also installs the
autostart and shows how to pair a phone; later it shows the status.

Example:
  $ fairlead`,
    )
    .action(async (options: BareOptions, { args: [unknown] }: Command) => {
      if (unknown !== undefined) {
        const message = `There is no command ${unknown}: \`fairlead --help\` lists them.`;
        throw new CommandError("usage", message);
      }
      const { bare } = await import("../lifecycle/first-run.ts");
      await bare(options, showPairing);
    });
}
