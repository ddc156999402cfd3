import { isAbsolute, join } from "node:path";
import type { HostConfig } from "./host-config.ts";

/** What the meaning of a value may depend on. */
export interface KeyContext {
  /** What `~` stands for. */
  readonly homedir: string;
}

/** A value as the daemon uses it, or why it is none. */
export type Parsed<T> = { readonly value: T } | { readonly problem: string };

/** How a value is written on a command line and in TOML. */
export type Notation = "boolean" | "number" | "text" | "list" | "table";

/** One key of `host.toml`. */
export interface Key<T, Owner = HostConfig> {
  /** `websocket.port`; of an agent's keys, what comes after its table. */
  readonly path: string;
  /** One line, for the file and the page. */
  readonly meaning: string;
  readonly notation: Notation;
  /** What it may be, in words: `0 to 65535`. */
  readonly range: string;
  /** In TOML; null = unset. */
  readonly defaultText: string | null;
  /** What holds when it is unset and has no default. */
  readonly unset: string | null;
  /** In TOML, for the commented file. */
  readonly example: string;
  /** Whether a reload applies it. */
  readonly applies: "live" | "restart";
  /** Under which names Alleycat's file has it. */
  readonly aliases: readonly string[];
  readonly isSecret: boolean;
  readonly fallback: T;
  readonly parse: (raw: unknown, context: KeyContext) => Parsed<T>;
  /** Where it is in what was read. */
  readonly of: (owner: Owner) => unknown;
}

interface Common<Owner> {
  readonly path: string;
  readonly meaning: string;
  readonly applies: "live" | "restart";
  readonly of: (owner: Owner) => unknown;
  readonly aliases?: readonly string[];
}

interface Unset {
  readonly unset: string;
  readonly example: string;
}

/** `true` or `false`. */
export function flag<Owner = HostConfig>(
  o: Common<Owner> & { readonly fallback: boolean },
): Key<boolean, Owner> {
  return {
    ...base(o, String(o.fallback)),
    notation: "boolean",
    range: "true or false",
    fallback: o.fallback,
    parse: (raw) =>
      typeof raw === "boolean" ? { value: raw } : { problem: `${shown(raw)} is not true or false` },
  };
}

interface NumberRange {
  readonly min: number;
  readonly max: number;
  /** What a wrong number is not: `port`. */
  readonly noun: string;
  /** What one unit of the file is for the daemon. Default 1. */
  readonly scale?: number;
}

/** A whole number. */
export function whole<Owner = HostConfig>(
  o: Common<Owner> & NumberRange & { readonly fallback: number },
): Key<number, Owner> {
  const { min, max, noun, scale = 1 } = o;
  return {
    ...base(o, String(o.fallback)),
    notation: "number",
    range: `${min} to ${max}`,
    fallback: o.fallback * scale,
    parse: (raw) =>
      typeof raw === "number" && Number.isInteger(raw) && raw >= min && raw <= max
        ? { value: raw * scale }
        : { problem: `${shown(raw)} is not a ${noun}: use ${min} to ${max}` },
  };
}

/** A number above 0 that is unset by default. */
export function amount<Owner = HostConfig>(
  o: Common<Owner> &
    Unset & { readonly max: number; readonly noun: string; readonly scale: number },
): Key<number | null, Owner> {
  const { max, noun, scale } = o;
  return {
    ...base(o, null),
    notation: "number",
    range: `above 0, at most ${max}`,
    fallback: null,
    parse: (raw) =>
      typeof raw === "number" && raw > 0 && raw <= max
        ? { value: raw * scale }
        : { problem: `${shown(raw)} is not a ${noun}: use a number above 0, at most ${max}` },
  };
}

/** One of a few words. */
export function choice<const Word extends string, Owner = HostConfig>(
  o: Common<Owner> & { readonly words: readonly Word[]; readonly fallback: Word },
): Key<Word, Owner> {
  return { ...base(o, quoted(o.fallback)), ...words(o.words), fallback: o.fallback };
}

/** One of a few words, unset by default. */
export function optionalChoice<const Word extends string, Owner = HostConfig>(
  o: Common<Owner> & Unset & { readonly words: readonly Word[] },
): Key<Word | null, Owner> {
  return { ...base(o, null), ...words(o.words), fallback: null };
}

function words<Word extends string>(
  allowed: readonly Word[],
): Pick<Key<Word>, "notation" | "range" | "parse"> {
  const list = allowed.map(quoted).join(", ");
  return {
    notation: "text",
    range: list,
    parse(raw) {
      const word = allowed.find((one) => one === raw);
      return word === undefined
        ? { problem: `${shown(raw)} is unknown: use ${list}` }
        : { value: word };
    },
  };
}

interface TextRule {
  /** What it is, in words: `host name or address`. */
  readonly range: string;
  /** What to say of a text that will not do; null = it will. Absent: all but the empty one will. */
  readonly refuse?: (text: string) => string | null;
  /** True for a path: `~` is the home, and it must be absolute. */
  readonly isPath?: boolean;
  /** True for a path, or a name to look up on the PATH. */
  readonly isProgram?: boolean;
}

/** A text that is unset by default. */
export function optionalText<Owner = HostConfig>(
  o: Common<Owner> & Unset & TextRule & { readonly isSecret?: boolean },
): Key<string | null, Owner> {
  return {
    ...base(o, null),
    notation: "text",
    range: o.range,
    isSecret: o.isSecret ?? false,
    fallback: null,
    parse: (raw, context) => parseText(raw, o, context),
  };
}

/** A text. */
export function text<Owner = HostConfig>(
  o: Common<Owner> & TextRule & { readonly fallback: string },
): Key<string, Owner> {
  return {
    ...base(o, quoted(o.fallback)),
    notation: "text",
    range: o.range,
    fallback: o.fallback,
    parse: (raw, context) => parseText(raw, o, context),
  };
}

/** A list of texts, empty by default. */
export function list<Owner = HostConfig>(
  o: Common<Owner> & TextRule,
): Key<readonly string[], Owner> {
  return {
    ...base(o, "[]"),
    notation: "list",
    range: o.range,
    fallback: [],
    parse: (raw, context) => parseList(raw, o, context),
  };
}

/** A list of texts, unset by default. */
export function optionalList<Owner = HostConfig>(
  o: Common<Owner> & Unset & TextRule,
): Key<readonly string[] | null, Owner> {
  return {
    ...base(o, null),
    notation: "list",
    range: o.range,
    fallback: null,
    parse: (raw, context) => parseList(raw, o, context),
  };
}

/** A table of texts by the name of an environment variable, empty by default. */
export function variables<Owner = HostConfig>(
  o: Common<Owner> & { readonly example: string },
): Key<Readonly<Record<string, string>>, Owner> {
  return {
    ...base(o, null),
    unset: "nothing",
    notation: "table",
    range: "table of texts",
    isSecret: true,
    fallback: {},
    parse(raw) {
      if (!isTable(raw)) return { problem: 'it is a table: write NAME = "value" lines in it' };
      const value: Record<string, string> = {};
      for (const [name, one] of Object.entries(raw)) {
        if (!/^[A-Za-z_][A-Za-z0-9_]*$/u.test(name)) {
          return { problem: `${quoted(name)} is not the name of an environment variable` };
        }
        // Not shown: it may be a secret.
        if (typeof one !== "string") return { problem: `${name} is not a text: put it in quotes` };
        value[name] = one;
      }
      return { value };
    },
  };
}

/** True for a table of TOML. */
export function isTable(raw: unknown): raw is Readonly<Record<string, unknown>> {
  return typeof raw === "object" && raw !== null && !Array.isArray(raw) && !(raw instanceof Date);
}

/** A text as TOML has it. */
export function quoted(value: string): string {
  return JSON.stringify(value).replaceAll("\u007F", String.raw`\u007F`);
}

function base<Owner>(
  o: Common<Owner> & { readonly unset?: string; readonly example?: string },
  defaultText: string | null,
): Pick<
  Key<unknown, Owner>,
  | "path"
  | "meaning"
  | "applies"
  | "of"
  | "aliases"
  | "isSecret"
  | "defaultText"
  | "unset"
  | "example"
> {
  return {
    path: o.path,
    meaning: o.meaning,
    applies: o.applies,
    of: o.of,
    aliases: o.aliases ?? [],
    isSecret: false,
    defaultText,
    unset: o.unset ?? null,
    example: defaultText ?? o.example ?? "",
  };
}

function parseText(raw: unknown, rule: TextRule, { homedir }: KeyContext): Parsed<string> {
  if (typeof raw !== "string") return { problem: `${shown(raw)} is not a text: put it in quotes` };
  if (raw.trim() === "") return { problem: "it is empty: remove the line to leave it unset" };
  const problem = rule.refuse?.(raw) ?? null;
  if (problem !== null) return { problem };
  const isPath = rule.isPath === true || (rule.isProgram === true && /[/\\]|^~$/u.test(raw));
  if (!isPath) return { value: raw };
  const value = raw === "~" || raw.startsWith("~/") ? join(homedir, raw.slice(1)) : raw;
  return isAbsolute(value)
    ? { value }
    : { problem: `${quoted(raw)} is a relative path: begin it with / or ~/` };
}

function parseList(raw: unknown, rule: TextRule, context: KeyContext): Parsed<readonly string[]> {
  if (!Array.isArray(raw)) return { problem: `${shown(raw)} is not a list: use ["...", "..."]` };
  const value: string[] = [];
  for (const one of raw) {
    const parsed = parseText(one, rule, context);
    if ("problem" in parsed) return parsed;
    value.push(parsed.value);
  }
  return { value };
}

function shown(raw: unknown): string {
  if (isTable(raw)) return "a table";
  if (Array.isArray(raw)) return "a list";
  const written = typeof raw === "string" ? quoted(raw) : String(raw);
  return written.length <= 60 ? written : `${written.slice(0, 57)}...`;
}
