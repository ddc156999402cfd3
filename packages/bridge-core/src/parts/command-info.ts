import { isAbsolute } from "node:path";
import type { CommandInfo } from "../adapter.ts";
import { textOf, type Fields } from "./fields.ts";

/** A command or skill, from the fields an agent has for it; `path` may be that of no file. */
export function commandInfo(
  kind: CommandInfo["kind"],
  { name, description }: Fields,
  path: unknown = null,
): CommandInfo {
  const file = isAbsolute(textOf(path)) ? textOf(path) : null;
  return { kind, name: textOf(name), description: textOf(description), path: file };
}
