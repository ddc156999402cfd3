import { changeConfig } from "../change.ts";
import { setKey, unsetKey } from "../named-key.ts";
import { type ConfigCommandOptions, keyFor, placeOf, takeOver } from "./place.ts";

/** `fairlead config set KEY VALUE`; null = `fairlead config unset KEY`. */
export async function setConfig(
  name: string,
  value: string | null,
  options: ConfigCommandOptions,
): Promise<void> {
  const key = keyFor(name, options);
  const { paths, read } = placeOf(options);
  await changeConfig(paths, read, (text) =>
    value === null ? unsetKey(text, key) : setKey(text, key, value),
  );
  const done = value === null ? "unset" : "set";
  process.stdout.write(`${name} is ${done} in ${paths.configFile}.\n`);
  await takeOver(paths);
}
