import { printJson } from "../../terminal/print-json.ts";
import { styleOf } from "../../terminal/style.ts";
import { invalid } from "../change.ts";
import { isTable } from "../key-kinds.ts";
import { allKeys } from "../keys.ts";
import { readConfigText } from "../load.ts";
import { type NamedKey, namedKey, valueOf } from "../named-key.ts";
import { isErrno } from "../private-files.ts";
import { parseToml } from "../read.ts";
import { type Table, dotted } from "../reading.ts";
import { type ConfigCommandOptions, keyFor, placeOf } from "./place.ts";

/** `fairlead config get [KEY]`. Without a file, the defaults. */
export async function getConfig(
  name: string | undefined,
  options: ConfigCommandOptions,
): Promise<void> {
  const table = await tableOf(placeOf(options).paths.configFile);
  if (name === undefined) return printAll(table, options);
  const key = keyFor(name, options);
  const { value } = valueOf(key, table);
  if (options.json === true) return printJson(value ?? null);
  process.stdout.write(value === undefined ? "" : `${plain(value)}\n`);
  if (value !== undefined) return;
  const holds = key.unset === null ? "" : `: ${key.unset}`;
  process.stderr.write(`${name} is unset${holds}.\n`);
}

async function tableOf(file: string): Promise<Table> {
  const text = await readConfigText(file).catch((error: unknown) => {
    const cause = error instanceof Error ? error.cause : undefined;
    if (isErrno(cause, "ENOENT")) return "";
    throw error;
  });
  const parsed = parseToml(text);
  if ("problem" in parsed) throw invalid(file, [parsed.problem], "The file cannot be read");
  return parsed.table;
}

function printAll(table: Table, options: ConfigCommandOptions): void {
  const rows = [...knownRows(table, options.agents), ...otherRows(table, options.agents)];
  if (options.json === true) {
    const entries = rows.map(({ name, value, key }): [string, unknown] => {
      const isHidden = key.isSecret && value !== undefined;
      return [name, isHidden ? "(secret)" : (value ?? null)];
    });
    return printJson(Object.fromEntries(entries));
  }
  const { dim } = styleOf(process.stdout);
  for (const { name, value, isSet, key } of rows) {
    const shown = value === undefined ? `(${key.unset ?? "unset"})` : toText(key, value);
    const line = `${name} = ${shown}`;
    process.stdout.write(`${isSet ? line : dim(line)}\n`);
  }
}

interface Row {
  readonly name: string;
  readonly key: NamedKey;
  readonly value: unknown;
  readonly isSet: boolean;
}

function knownRows(table: Table, agents: readonly string[]): readonly Row[] {
  return allKeys.flatMap(({ path }): readonly Row[] => {
    const key = namedKey(path, agents);
    return typeof key === "string" ? [] : [{ name: path, key, ...valueOf(key, table) }];
  });
}

/** What the file says of agents and transports. */
function otherRows(table: Table, agents: readonly string[]): readonly Row[] {
  const leaves = (at: readonly string[], raw: unknown): readonly Row[] => {
    if (isTable(raw)) {
      return Object.entries(raw).flatMap(([name, inner]) => leaves([...at, name], inner));
    }
    const name = dotted(at);
    const key = namedKey(name, agents);
    return typeof key === "string" ? [] : [{ name, key, value: raw, isSet: true }];
  };
  return ["agents", "transports"].flatMap((name) => leaves([name], table[name] ?? {}));
}

function toText(key: NamedKey, value: unknown): string {
  return key.isSecret ? "(secret)" : JSON.stringify(value);
}

/** For a script: a list has a line for each of its values. */
function plain(value: unknown): string {
  if (Array.isArray(value)) return value.map((one: unknown) => plain(one)).join("\n");
  return typeof value === "string" ? value : JSON.stringify(value);
}
