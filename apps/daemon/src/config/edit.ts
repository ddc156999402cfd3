import { quoted } from "./key-kinds.ts";
import { dotted } from "./reading.ts";
import { type Header, type Statement, type TomlLines, scanToml } from "./toml-lines.ts";

/** A changed file, or why it cannot be changed by machine. */
export type Edited = { readonly text: string } | { readonly refusal: string };

/**
 * Gives a key of a TOML file another value. One line is changed or added, with a header when its
 * table has none; all others stay byte for byte, comments and line endings included. A new line
 * goes below the commented example of its key, else to the end of its table.
 *
 * The file must be valid, and `value` TOML of one line. Whether the result is valid is for the
 * caller to check.
 */
export function withKey(text: string, path: readonly string[], value: string): Edited {
  const lines = scanToml(text);
  const existing = statementOf(lines, path);
  if (existing !== undefined && !isInList(lines, existing.path)) {
    const { valueStart, valueEnd } = existing;
    return { text: `${text.slice(0, valueStart)}${value}${text.slice(valueEnd)}` };
  }
  const refusal = obstacle(lines, path);
  if (refusal !== null) return { refusal };
  const place = placeFor(text, lines, path);
  if (place !== null) {
    const name = dotted(path.slice(place.tableDepth));
    return { text: withLine(text, place.at, `${name} = ${value}`) };
  }
  const table = dotted(path.slice(0, -1));
  const key = dotted(path.slice(-1));
  const gap = text.trim() === "" ? [] : [""];
  const added = [...gap, `[${table}]`, `${key} = ${value}`].join(newlineAt(text, text.length));
  return { text: withLine(text, text.length, added) };
}

/** Takes a key out of a TOML file, its whole line. The same text when it is not there. */
export function withoutKey(text: string, path: readonly string[]): Edited {
  const lines = scanToml(text);
  const existing = statementOf(lines, path);
  if (existing !== undefined && !isInList(lines, existing.path)) {
    return { text: `${text.slice(0, existing.start)}${text.slice(existing.end)}` };
  }
  const refusal = obstacle(lines, path);
  return refusal === null ? { text } : { refusal };
}

/** A text from a command line as TOML of the kind that a key has. One line. */
export function tomlOf(notation: "boolean" | "number" | "text" | "list", text: string): string {
  switch (notation) {
    case "boolean":
    case "number": {
      // What is neither is refused later, with a sentence about this very text.
      const plain = text.trim();
      return /^(?:true|false|[+-]?[0-9][0-9_]*(?:\.[0-9]+)?)$/u.test(plain) ? plain : quoted(text);
    }
    case "text":
      return quoted(text);
    case "list": {
      const parts = text.split(",").map((part) => part.trim());
      return `[${parts
        .filter((part) => part !== "")
        .map(quoted)
        .join(", ")}]`;
    }
  }
}

function statementOf({ statements }: TomlLines, path: readonly string[]): Statement | undefined {
  return statements.find((one) => one.path.length === path.length && isPrefix(path, one.path));
}

function isInList({ headers }: TomlLines, path: readonly string[]): boolean {
  return headers.some((one) => one.isArray && isPrefix(one.path, path));
}

/** What is written in a way that a single line cannot change. */
function obstacle({ headers, statements }: TomlLines, path: readonly string[]): string | null {
  const rule = "change it with `fairlead config edit`";
  const array = headers.find((one) => one.isArray && isPrefix(one.path, path));
  if (array !== undefined) return `[[${dotted(array.path)}]] is a list of tables: ${rule}`;
  const inline = statements.find((one) => isPrefix(one.path, path));
  if (inline !== undefined) {
    return `${dotted(inline.path)} is written as one value in line ${inline.line}: ${rule}`;
  }
  const inside = [...headers, ...statements].find((one) => isPrefix(path, one.path));
  return inside === undefined ? null : `${dotted(path)} is a table: name a key in it`;
}

interface Place {
  readonly at: number;
  /** How many names of the key are said by the table it is in. */
  readonly tableDepth: number;
}

function placeFor(text: string, lines: TomlLines, path: readonly string[]): Place | null {
  const table = path.slice(0, -1);
  if (table.length === 0) return inTable(text, lines, null, path);
  const header = headerOf(lines, table);
  if (header !== undefined) return inTable(text, lines, header, path);
  // A table that dotted keys have begun cannot get a header any more.
  const begun = lines.statements.findLast(
    (one) => commonLength(one.path.slice(0, -1), table) > one.tableDepth,
  );
  if (begun !== undefined) return { at: begun.end, tableDepth: begun.tableDepth };
  const around = table.at(-1) === "env" ? headerOf(lines, table.slice(0, -1)) : undefined;
  return around === undefined ? null : inTable(text, lines, around, path);
}

function inTable(
  text: string,
  { headers, statements }: TomlLines,
  header: Header | null,
  path: readonly string[],
): Place {
  const tableDepth = header?.path.length ?? 0;
  const from = header?.end ?? (text.startsWith("\uFEFF") ? 1 : 0);
  const to = headers.find(({ start }) => start >= from)?.start ?? text.length;
  const example = exampleEnd(text, from, to, path[tableDepth] ?? "", statements);
  if (example !== null) return { at: example, tableDepth };
  const last = statements.findLast(({ start, end }) => start >= from && end <= to);
  return { at: last?.end ?? from, tableDepth };
}

/** Where the line `# name = ...` ends that explains a key; not one within a long string. */
function exampleEnd(
  text: string,
  from: number,
  to: number,
  name: string,
  statements: readonly Statement[],
): number | null {
  if (!/^[\w-]+$/u.test(name)) return null;
  const pattern = new RegExp(`^[ \\t]*#[ \\t]*${name}[ \\t]*=`, "gmu");
  for (const match of text.slice(from, to).matchAll(pattern)) {
    const at = from + match.index;
    if (statements.some(({ start, end }) => start < at && at < end)) continue;
    const end = text.indexOf("\n", at);
    return end === -1 ? text.length : end + 1;
  }
  return null;
}

function withLine(text: string, at: number, line: string): string {
  const before = text.slice(0, at);
  const newline = newlineAt(text, at);
  const isLineStart = before === "" || before === "\uFEFF" || before.endsWith("\n");
  return `${before}${isLineStart ? "" : newline}${line}${newline}${text.slice(at)}`;
}

/** The line ending in use there. */
function newlineAt(text: string, at: number): string {
  const before = text.lastIndexOf("\n", Math.max(0, at - 1));
  const nearest = before === -1 ? text.indexOf("\n") : before;
  return nearest > 0 && text[nearest - 1] === "\r" ? "\r\n" : "\n";
}

function headerOf({ headers }: TomlLines, path: readonly string[]): Header | undefined {
  return headers.find(
    (one) => !one.isArray && one.path.length === path.length && isPrefix(path, one.path),
  );
}

function isPrefix(of: readonly string[], whole: readonly string[]): boolean {
  return commonLength(of, whole) === of.length;
}

function commonLength(one: readonly string[], other: readonly string[]): number {
  const different = one.findIndex((name, index) => name !== other[index]);
  return different === -1 ? one.length : different;
}
