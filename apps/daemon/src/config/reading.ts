import { type Key, type KeyContext, isTable } from "./key-kinds.ts";
import { nearest } from "./nearest.ts";
import type { ConfigRemark } from "./remark.ts";
import { type TomlLines, lineOf } from "./toml-lines.ts";

/** A table of TOML. */
export type Table = Readonly<Record<string, unknown>>;

/** One pass over a parsed file: takes keys out of it and remembers what is wrong with them. */
export class Reading {
  readonly #lines: TomlLines;
  readonly #context: KeyContext;
  readonly problems: ConfigRemark[] = [];
  readonly warnings: ConfigRemark[] = [];

  constructor(lines: TomlLines, context: KeyContext) {
    this.#lines = lines;
    this.#context = context;
  }

  /** The value of a key of a table, or of one of its aliases; what stands in for it otherwise. */
  take<T, Owner>(key: Key<T, Owner>, table: Table, at: readonly string[] = []): T {
    const found = [key.path, ...key.aliases].flatMap((name) => {
      const path = name.split(".");
      const raw = valueAt(table, path);
      return raw === undefined ? [] : [{ raw, path: [...at, ...path] }];
    });
    const [first, second] = found;
    if (first === undefined) return key.fallback;
    if (second !== undefined) {
      this.problem(second.path, `it says the same as ${dotted(first.path)}: remove one of them`);
    }
    const parsed = key.parse(first.raw, this.#context);
    if ("value" in parsed) return parsed.value;
    this.problem(first.path, parsed.problem);
    return key.fallback;
  }

  /** A table in a table: empty when it is not there. */
  table(raw: unknown, path: readonly string[]): Table {
    if (raw === undefined) return {};
    if (isTable(raw)) return raw;
    this.problem(path, `it is a table: write [${dotted(path)}] on a line of its own`);
    return {};
  }

  /** Says that there is no such key, and which one may be meant. */
  unknown(path: readonly string[], known: readonly string[]): void {
    const key = dotted(path);
    const last = path.at(-1) ?? key;
    const meant =
      known.find((one) => one !== key && one.split(".").at(-1) === last) ?? nearest(key, known);
    this.problem(
      path,
      meant === null ? "there is no such key" : `there is no such key: did you mean ${meant}?`,
    );
  }

  problem(path: readonly string[], message: string): void {
    this.problems.push(this.#remark(path, message));
  }

  warn(path: readonly string[], message: string): void {
    this.warnings.push(this.#remark(path, message));
  }

  #remark(path: readonly string[], message: string): ConfigRemark {
    return { line: lineOf(this.#lines, path), key: dotted(path), message };
  }
}

/** What a table has at a path. */
export function valueAt(table: Table, path: readonly string[]): unknown {
  let at: unknown = table;
  for (const name of path) {
    if (!isTable(at) || !Object.hasOwn(at, name)) return undefined;
    at = at[name];
  }
  return at;
}

/** A path as TOML has it. */
export function dotted(path: readonly string[]): string {
  return path.map((name) => (/^[\w-]+$/u.test(name) ? name : JSON.stringify(name))).join(".");
}
