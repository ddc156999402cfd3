import type { Command } from "commander";
import type { InstallOptions } from "../service/commands.ts";
import { dataDirOption } from "./options.ts";

/** `fairlead install` and `fairlead uninstall`. */
export function addInstall(program: Command): void {
  program
    .command("install")
    .description("start the daemon at every login, and now; needs no administrator")
    .addOption(dataDirOption())
    .addHelpText(
      "after",
      `
Uses systemd --user or the desktop's autostart on Linux, launchd on macOS, the Startup folder on
Windows. A running daemon is restarted once its turns are over.

Example:
  $ fairlead install`,
    )
    .action(async (options: InstallOptions) => {
      const { install } = await import("../service/commands.ts");
      await install(options);
    });
  program
    .command("uninstall")
    .description("stop the daemon and do not start it at login any more; data stays")
    .addOption(dataDirOption())
    .addHelpText("after", "\nExample:\n  $ fairlead uninstall")
    .action(async (options: InstallOptions) => {
      const { uninstall } = await import("../service/commands.ts");
      await uninstall(options);
    });
}
