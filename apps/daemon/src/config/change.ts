import { CommandError } from "../control/command-error.ts";
import type { Edited } from "./edit.ts";
import type { HostConfig } from "./host-config.ts";
import { ensureConfigFile, readConfigText } from "./load.ts";
import { namedKey, setKey } from "./named-key.ts";
import type { Paths } from "./paths.ts";
import { writeAtomically } from "./private-files.ts";
import { type ReadOptions, readConfig } from "./read.ts";
import { type ConfigRemark, remarkLine } from "./remark.ts";

/** Somebody else may write the file between our reading and writing it. */
const maxTries = 5;

/**
 * Changes `host.toml`, whole or not at all. Rejects with a {@link CommandError} and leaves it as it
 * is when the result would not be valid. Makes the commented file first when there is none.
 */
export async function changeConfig(
  paths: Paths,
  options: ReadOptions,
  edit: (text: string) => Edited,
): Promise<HostConfig> {
  const { configFile } = paths;
  await ensureConfigFile(paths, options.agents);
  for (let left = maxTries; left > 0; left -= 1) {
    const text = await readConfigText(configFile);
    const edited = edit(text);
    if ("refusal" in edited) throw new CommandError("usage", sentence(edited.refusal));
    const reading = readConfig(edited.text, options);
    if (!reading.ok) throw invalid(configFile, reading.problems, "Nothing was changed");
    if (edited.text === text) return reading.config;
    if ((await readConfigText(configFile)) !== text) continue;
    await writeAtomically(configFile, edited.text);
    return reading.config;
  }
  throw new CommandError("failed", `${configFile} is being changed by something else: try again.`);
}

/** Writes another pairing token into `host.toml`. Rejects as {@link changeConfig} does. */
export async function writeToken(paths: Paths, options: ReadOptions, token: string): Promise<void> {
  const key = namedKey("token", options.agents);
  if (typeof key === "string") throw new Error(key);
  await changeConfig(paths, options, (text) => setKey(text, key, token));
}

/** All that is wrong with a file, for who typed the command. */
export function invalid(
  file: string,
  problems: readonly ConfigRemark[],
  outcome: string,
): CommandError {
  const lines = problems.map((one) => remarkLine(file, one));
  return new CommandError("usage", `${outcome}:\n${lines.map((line) => `  ${line}`).join("\n")}`);
}

function sentence(text: string): string {
  return `${text[0]?.toUpperCase() ?? ""}${text.slice(1)}.`;
}
