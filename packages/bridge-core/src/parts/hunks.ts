import { listOf, numberOf, textOf } from "./fields.ts";

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

/** The hunk of a replaced text whose place in its file is not known: counted from line 1. */
export function replacingHunk(before: string, after: string): string {
  const removed = linesOf(before).map((line) => `-${line}`);
  const added = linesOf(after).map((line) => `+${line}`);
  const [from, to] = [Math.min(1, removed.length), Math.min(1, added.length)];
  return hunk(from, removed.length, to, added.length, [...removed, ...added]);
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
