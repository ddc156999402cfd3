import type { Command } from "commander";
import { agentNames } from "../registry.ts";
import { dataDirOption } from "./options.ts";

interface ImportOptions {
  readonly dataDir?: string;
  readonly from?: string;
  readonly dryRun?: boolean;
  readonly force?: boolean;
}

/** `fairlead import`. */
export function addImport(program: Command): void {
  program
    .command("import")
    .description("take over what another program has set up")
    .addHelpText("after", "\nExample:\n  $ fairlead import alleycat")
    .command("alleycat")
    .description("identity, pairing token and settings of Alleycat (kittylitter), for its phones")
    .option("--from <folder>", "where its host.toml and host.key are (default: found by itself)")
    .option("--dry-run", "only print what would be taken over")
    .option("--force", "replace what Fairlead has already; a copy is kept")
    .addOption(dataDirOption())
    .addHelpText(
      "after",
      `
Alleycat's own files are only read.

Example:
  $ fairlead import alleycat --dry-run`,
    )
    .action(async (options: ImportOptions) => {
      const { importAlleycat } = await import("../config/import/import-alleycat.ts");
      await importAlleycat({ ...options, agents: agentNames });
    });
}
