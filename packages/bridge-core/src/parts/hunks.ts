/** Where a unified hunk stands: first line and number of lines, before and after. */
export interface HunkPlace {
  readonly oldStart: number;
  readonly oldLines: number;
  readonly newStart: number;
  readonly newLines: number;
}

/** One unified hunk; `lines` carry their ` `, `-` or `+`. */
export function hunk(place: HunkPlace, lines: readonly string[]): string {
  const { oldStart, oldLines, newStart, newLines } = place;
  return [`@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`, ...lines, ""].join("\n");
}

/** The hunk of a replaced text whose place in its file is not known: counted from line 1. */
export function replacingHunk(before: string, after: string): string {
  const removed = linesOf(before).map((line) => `-${line}`);
  const added = linesOf(after).map((line) => `+${line}`);
  const place = {
    oldStart: Math.min(1, removed.length),
    oldLines: removed.length,
    newStart: Math.min(1, added.length),
    newLines: added.length,
  };
  return hunk(place, [...removed, ...added]);
}

function linesOf(text: string): readonly string[] {
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}
