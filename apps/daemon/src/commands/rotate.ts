import type { Command } from "commander";
import type { LifecycleOptions } from "../lifecycle/commands.ts";
import { dataDirOption } from "./options.ts";

/** `fairlead rotate`. */
export function addRotate(program: Command): void {
  program
    .command("rotate")
    .description("make another pairing secret; codes shown before are worth nothing then")
    .option("--json", "print JSON")
    .addOption(dataDirOption())
    .addHelpText("after", "\nExample:\n  $ fairlead rotate && fairlead pair")
    .action(async (options: LifecycleOptions) => {
      const { rotate } = await import("../lifecycle/commands.ts");
      await rotate(options);
    });
}
