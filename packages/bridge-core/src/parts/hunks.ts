import { fieldsOf, listOf, numberOf, textOf } from "./fields.ts";

/**
 * The unified hunks of a structured patch as the `diff` package makes it: a list of places with
 * their `lines`.
 */
export function patchHunks(patch: unknown): string {
  const hunks = listOf(patch).map(({ oldStart, oldLines, newStart, newLines, lines }) => {
    const [from, removed, to, added] = [oldStart, oldLines, newStart, newLines].map(numberOf);
    const body = Array.isArray(lines) ? lines.map(textOf) : [];
    return hunk(from ?? 0, removed ?? 0, to ?? 0, added ?? 0, body);
  });
  return hunks.join("");
}

const signs: Readonly<Record<string, string>> = { removed: "-", added: "+" };

/**
 * The hunk of `{type, content, lineNumber: {old, new}}`, one for each line: `removed`, `added` or as
 * before. Empty for no lines.
 */
export function lineHunk(told: unknown): string {
  const lines = listOf(told);
  const numbers = (side: "old" | "new"): readonly number[] =>
    lines.flatMap(({ lineNumber }) => numberOf(fieldsOf(lineNumber)[side]) ?? []);
  const [from, to] = [numbers("old"), numbers("new")];
  const body = lines.map(({ type, content }) => `${signs[textOf(type)] ?? " "}${textOf(content)}`);
  if (body.length === 0) return "";
  return hunk(from[0] ?? 0, from.length, to[0] ?? 0, to.length, body);
}

/** The hunk of a replaced text whose place in its file is not known: counted from line 1. */
export function replacingHunk(before: string, after: string): string {
  const removed = linesOf(before).map((line) => `-${line}`);
  const added = linesOf(after).map((line) => `+${line}`);
  const [from, to] = [Math.min(1, removed.length), Math.min(1, added.length)];
  return hunk(from, removed.length, to, added.length, [...removed, ...added]);
}

const contextLines = 3;

/** The hunk between two texts: from the first line that differs to the last, and the lines around. */
export function changeHunks(before: string, after: string): string {
  const [old, now] = [linesOf(before), linesOf(after)];
  const shorter = Math.min(old.length, now.length);
  let same = 0;
  while (same < shorter && old[same] === now[same]) same += 1;
  let tail = 0;
  while (tail < shorter - same && old.at(-1 - tail) === now.at(-1 - tail)) tail += 1;
  if (same === old.length && same === now.length) return "";
  const start = Math.max(0, same - contextLines);
  const behind = Math.max(0, tail - contextLines);
  const shown = [
    ...old.slice(start, same).map((line) => ` ${line}`),
    ...old.slice(same, old.length - tail).map((line) => `-${line}`),
    ...now.slice(same, now.length - tail).map((line) => `+${line}`),
    ...old.slice(old.length - tail, old.length - behind).map((line) => ` ${line}`),
  ];
  const [removed, added] = [old.length - behind - start, now.length - behind - start];
  const [from, to] = [removed === 0 ? start : start + 1, added === 0 ? start : start + 1];
  return hunk(from, removed, to, added, shown);
}

function hunk(
  from: number,
  removed: number,
  to: number,
  added: number,
  lines: readonly string[],
): string {
  return [`@@ -${from},${removed} +${to},${added} @@`, ...lines, ""].join("\n");
}

function linesOf(text: string): readonly string[] {
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}
