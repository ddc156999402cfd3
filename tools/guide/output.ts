import { stripVTControlCharacters } from "node:util";

/** What the page shows instead of the folder the reader works in. */
const readersHome = "/home/you";

/** The line that stands for any number of lines. */
const gap = "…";

/**
 * What has to be equal in two outputs: no colours, times, durations, ids, widths of columns or frames
 * at the end of a line, and the parent of the reader's folder by the name the page has for it.
 */
export function normalise(output: string, parent: string): readonly string[] {
  const lines = stripVTControlCharacters(output).replaceAll(parent, readersHome).split("\n");
  return lines.map(normaliseLine).filter((line) => line !== "");
}

function normaliseLine(line: string): string {
  return line
    .replace(/\{".*$|\{…\}$/, "{}")
    .replaceAll(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, "#")
    .replace(/^( *Duration ).*$/, "$1")
    .replaceAll(/\b\d+:\d\d:\d\d\b/g, "#")
    .replaceAll(/\b(?:\d+ min )?\d+(?:\.\d+)? ?(?:ms|s)\b/g, "#")
    .replace(/ {2,}\d+$/, " #")
    .replaceAll(/ +/g, " ")
    .replaceAll(/─+/g, "─")
    .trim();
}

/** The first line of the page that was not printed where the page has it; null = all were. */
export function firstMissing(shown: readonly string[], printed: readonly string[]): string | null {
  let at = 0;
  let isLoose = false;
  for (const line of shown) {
    if (line === gap) {
      isLoose = true;
      continue;
    }
    const found = isLoose ? printed.indexOf(line, at) : at;
    if (found === -1 || printed[found] !== line) return line;
    at = found + 1;
    isLoose = false;
  }
  return isLoose || at === printed.length ? null : `the end, but ${printed[at]}`;
}
