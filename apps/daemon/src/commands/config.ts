import type { Command } from "commander";
import { agentNames } from "../registry.ts";
import { dataDirOption } from "./options.ts";

interface ConfigOptions {
  readonly dataDir?: string;
  readonly json?: boolean;
}

/** `fairlead config`. */
export function addConfig(program: Command): void {
  const config = program
    .command("config")
    .description("read and change host.toml, the settings of the daemon")
    .addHelpText(
      "after",
      `
Exit code 2: there is no such key, or the file would not be valid. Nothing is changed then.

Examples:
  $ fairlead config get policy.approvals
  $ fairlead config set websocket.port 4600
  $ fairlead config set agents.claude.work.env.ANTHROPIC_BASE_URL https://llm.example.com
  $ fairlead config edit`,
    );
  config
    .command("get")
    .description("print the value of a key, or of all")
    .argument("[key]", "e.g. websocket.port")
    .option("--json", "print JSON")
    .addOption(dataDirOption())
    .addHelpText("after", "\nExample:\n  $ fairlead config get websocket.port")
    .action(async (key: string | undefined, options: ConfigOptions) => {
      const { getConfig } = await import("../config/command/get.ts");
      await getConfig(key, { ...options, agents: agentNames });
    });
  config
    .command("set")
    .description("change one line of host.toml; a running daemon takes it over")
    .argument("<key>", "e.g. websocket.port")
    .argument("<value>", "lists: a,b")
    .addOption(dataDirOption())
    .addHelpText("after", "\nExample:\n  $ fairlead config set policy.roots ~/work,~/play")
    .action(async (key: string, value: string, options: ConfigOptions) => {
      const { setConfig } = await import("../config/command/set.ts");
      await setConfig(key, value, { ...options, agents: agentNames });
    });
  config
    .command("unset")
    .description("take one line out of host.toml, so that the default holds")
    .argument("<key>", "e.g. websocket.port")
    .addOption(dataDirOption())
    .addHelpText("after", "\nExample:\n  $ fairlead config unset websocket.port")
    .action(async (key: string, options: ConfigOptions) => {
      const { setConfig } = await import("../config/command/set.ts");
      await setConfig(key, null, { ...options, agents: agentNames });
    });
  config
    .command("path")
    .description("print where host.toml is")
    .addOption(dataDirOption())
    .addHelpText("after", '\nExample:\n  $ cp "$(fairlead config path)" backup.toml')
    .action(async ({ dataDir }: ConfigOptions) => {
      const { ownPathSource, pathsOf } = await import("../config/paths.ts");
      process.stdout.write(`${pathsOf(ownPathSource(dataDir)).configFile}\n`);
    });
  config
    .command("edit")
    .description("open host.toml in $VISUAL or $EDITOR; only a valid file is taken over")
    .addOption(dataDirOption())
    .addHelpText("after", "\nExample:\n  $ EDITOR=nano fairlead config edit")
    .action(async (options: ConfigOptions) => {
      const { editConfig } = await import("../config/command/edit.ts");
      await editConfig({ ...options, agents: agentNames });
    });
}
