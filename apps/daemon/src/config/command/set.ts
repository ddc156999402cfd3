import { CommandError } from "../../control/command-error.ts";
import { changeConfig } from "../change.ts";
import { namedKey, setKey, unsetKey } from "../named-key.ts";
import { type ConfigCommandOptions, placeOf, takeOver } from "./place.ts";

/** `fairlead config set KEY VALUE`; null = `fairlead config unset KEY`. */
export async function setConfig(
  name: string,
  value: string | null,
  options: ConfigCommandOptions,
): Promise<void> {
  const key = namedKey(name, options.agents);
  if (typeof key === "string") throw new CommandError("usage", `${key}.`);
  const { paths, read } = placeOf(options);
  await changeConfig(paths, read, (text) =>
    value === null ? unsetKey(text, key) : setKey(text, key, value),
  );
  const done = value === null ? "unset" : "set";
  process.stdout.write(`${name} is ${done} in ${paths.configFile}.\n`);
  await takeOver(paths);
}
