import { acpTable, allAcpKeys } from "./acp-keys.ts";
import { agentKeys, allAgentKeys, enabledKey } from "./agent-keys.ts";
import { withKey, tomlOf, withoutKey, type Edited } from "./edit.ts";
import { type Notation, isTable, quoted } from "./key-kinds.ts";
import { allKeys } from "./keys.ts";
import { nearest } from "./nearest.ts";
import { parseToml } from "./read.ts";
import { type Table, valueAt } from "./reading.ts";
import { dottedKey } from "./toml-lines.ts";

/** A key that somebody named, e.g. on a command line. */
export interface NamedKey {
  readonly path: readonly string[];
  /** Under which other names a file may have it. */
  readonly aliases: readonly (readonly string[])[];
  /** Null: options of a transport may be anything. */
  readonly notation: Notation | null;
  readonly isSecret: boolean;
  /** In TOML; null = none. */
  readonly defaultText: string | null;
  /** What holds when it is unset and has no default. */
  readonly unset: string | null;
}

/** Finds the key of a name. Answers a sentence for one that does not exist. */
export function namedKey(name: string, agents: readonly string[]): NamedKey | string {
  const path = dottedKey(name);
  if (path === null) return `${JSON.stringify(name)} is not the name of a key`;
  for (const key of allKeys) {
    const names = [key.path, ...key.aliases];
    if (!names.includes(name)) continue;
    const aliases = key.aliases.map((alias) => alias.split("."));
    const { notation, isSecret, defaultText, unset } = key;
    return { path: key.path.split("."), aliases, notation, isSecret, defaultText, unset };
  }
  const other = { path, aliases: [], isSecret: false, defaultText: null, unset: null };
  if (path[0] === "transports" && path.length >= 3) {
    return { ...other, notation: path.length === 3 && path[2] === "package" ? "text" : null };
  }
  if (path[0] === "agents" && path.length >= 3) return agentKey(name, path, agents);
  const known = allKeys.map((key) => key.path);
  const last = path.at(-1);
  const meant = known.find((key) => key.split(".").at(-1) === last) ?? nearest(name, known);
  const hint = meant === null ? "run `fairlead config get` to see all" : `did you mean ${meant}?`;
  return `there is no key ${name}: ${hint}`;
}

function agentKey(
  name: string,
  path: readonly string[],
  agents: readonly string[],
): NamedKey | string {
  const [, agent = ""] = path;
  if (agent === acpTable) return acpKey(name, path);
  if (!agents.includes(agent)) {
    return `there is no agent ${agent}: use ${nearest(agent, agents) ?? agents.join(", ")}`;
  }
  const [inner = "", variable] =
    path.at(-2) === agentKeys.env.path ? path.slice(-2) : path.slice(-1);
  const key = allAgentKeys.find((one) => one.path === inner);
  const depth = path.length - (variable === undefined ? 1 : 2);
  if (key === undefined || depth < 2 || depth > 3) {
    const meant = nearest(
      inner,
      allAgentKeys.map((one) => one.path),
    );
    const prefix = path.slice(0, -1).join(".");
    const hint =
      meant === null || key !== undefined
        ? `use one of ${allAgentKeys.map((one) => one.path).join(", ")}`
        : `did you mean ${prefix}.${meant}?`;
    return `there is no key ${name}: ${hint}`;
  }
  const { isSecret, unset } = key;
  const { defaultText } = inner === agentKeys.enabled.path ? enabledKey(agent) : key;
  const notation = variable === undefined ? key.notation : "text";
  return { path, aliases: [], notation, isSecret, defaultText, unset };
}

/** `agents.acp.NAME.KEY`, or a variable in its `env`. */
function acpKey(name: string, path: readonly string[]): NamedKey | string {
  const [, , , inner = "", variable] = path;
  const key = allAcpKeys.find((one) => one.path === inner);
  const isVariable = variable !== undefined && inner === agentKeys.env.path;
  if (key === undefined || path.length > (isVariable ? 5 : 4)) {
    const keys = allAcpKeys.map((one) => one.path).join(", ");
    return `there is no key ${name}: write agents.acp.NAME.KEY, with one of the keys ${keys}`;
  }
  const { isSecret, unset, defaultText } = key;
  const notation = isVariable ? "text" : key.notation;
  return { path, aliases: [], notation, isSecret, defaultText, unset };
}

/** The value of a key as a file has it, else its default; undefined = unset. */
export function valueOf(
  key: NamedKey,
  table: Table,
): { readonly value: unknown; readonly isSet: boolean } {
  for (const path of [key.path, ...key.aliases]) {
    const value = valueAt(table, path);
    if (value !== undefined) return { value, isSet: true };
  }
  return { value: key.defaultText === null ? undefined : tomlValue(key.defaultText), isSet: false };
}

/** Gives a key the value that somebody typed; see {@link withKey}. */
export function setKey(text: string, key: NamedKey, value: string): Edited {
  const toml = typedValue(key, value);
  return typeof toml === "string" ? withKey(text, pathIn(text, key), toml) : toml;
}

/** Takes a key out; see {@link withoutKey}. */
export function unsetKey(text: string, key: NamedKey): Edited {
  return withoutKey(text, pathIn(text, key));
}

function typedValue({ notation }: NamedKey, value: string): string | { readonly refusal: string } {
  const literal = tomlValue(value);
  switch (notation) {
    case "boolean":
    case "number":
    case "text":
      return tomlOf(notation, value);
    case "list":
      return Array.isArray(literal) ? written(literal) : tomlOf("list", value);
    case "table":
      return isTable(literal)
        ? written(literal)
        : { refusal: "it is a table: set one name in it, or use '{ NAME = \"value\" }'" };
    case null:
      return literal === undefined ? quoted(value) : written(literal);
  }
}

/** The name a file already has for a key, so that it is not said twice. */
function pathIn(text: string, key: NamedKey): readonly string[] {
  const parsed = parseToml(text);
  if ("problem" in parsed) return key.path;
  return key.aliases.find((path) => valueAt(parsed.table, path) !== undefined) ?? key.path;
}

/** What a piece of TOML stands for; undefined when it is none. */
function tomlValue(text: string): unknown {
  const parsed = parseToml(`value = ${text}`);
  if ("problem" in parsed) return undefined;
  return Object.keys(parsed.table).length === 1 ? parsed.table["value"] : undefined;
}

/** A value in one line of TOML. */
function written(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((one: unknown) => written(one)).join(", ")}]`;
  if (isTable(value)) {
    const entries = Object.entries(value).map(([name, one]) => `${quoted(name)} = ${written(one)}`);
    return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
  }
  if (typeof value === "string") return quoted(value);
  return value instanceof Date ? value.toISOString() : String(value);
}
