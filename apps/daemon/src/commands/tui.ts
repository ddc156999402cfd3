import type { Command } from "commander";
import { dataDirOption } from "./options.ts";

/** `fairlead tui`. */
export function addTui(program: Command): void {
  program
    .command("tui")
    .description("use an agent through the codex terminal interface, in this folder")
    .argument("[agent]", "default: all of them, chosen by /model")
    .argument("[codex-options...]", "passed on to codex, after --")
    .addOption(dataDirOption())
    .addHelpText("after", "\nExample:\n  $ cd ~/project && fairlead tui claude")
    .action(
      async (
        agent: string | undefined,
        codexOptions: readonly string[],
        options: { readonly dataDir?: string },
      ) => {
        const { tui } = await import("../terminal/tui.ts");
        await tui(agent, codexOptions, options);
      },
    );
}
