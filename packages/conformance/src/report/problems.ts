import type { ScenarioResult } from "../suite/report.ts";

/** Problems that came up in the same ways. */
export interface ProblemGroup {
  /** The ways, separated by commas. */
  readonly ways: string;
  /** One text each; what came up more often than once a way begins with how often, `12 × `. */
  readonly problems: readonly string[];
}

/** The problems of a scenario, as a person reads them. */
export interface ShownProblems {
  readonly groups: readonly ProblemGroup[];
  /** What is not shown, in one line; null = everything is. */
  readonly more: string | null;
}

interface Merged {
  readonly text: string;
  readonly ways: string[];
  times: number;
}

/** More different ones than these hide the first, which is the one to read. */
const shownAtMost = 8;

/**
 * The problems of a scenario for a report that people read. Those that differ only in ids, numbers of
 * frames or the frame shown are told once, with how often; at most 8 different ones are told. Called
 * by every report but JSON and JUnit, which keep all.
 */
export function shownProblems({ ways }: ScenarioResult): ShownProblems {
  const known = new Map<string, Merged>();
  for (const { way, problems } of ways) {
    for (const text of problems) {
      const sentence = withoutIds(text);
      const merged: Merged = known.get(sentence) ?? { text, ways: [], times: 0 };
      known.set(sentence, merged);
      if (!merged.ways.includes(way)) merged.ways.push(way);
      merged.times += 1;
    }
  }
  const groups = new Map<string, string[]>();
  for (const { text, ways: where, times } of [...known.values()].slice(0, shownAtMost)) {
    const name = where.join(", ");
    const group = groups.get(name) ?? [];
    groups.set(name, group);
    group.push(times > where.length ? `${times} × ${text}` : text);
  }
  const left = known.size - shownAtMost;
  return {
    groups: [...groups].map(([name, problems]) => ({ ways: name, problems })),
    more: left > 0 ? `… and ${left} more (--json has all)` : null,
  };
}

/** What is the same in problems that say the same. */
function withoutIds(text: string): string {
  return lawSentence(text)
    .replaceAll(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi, "#")
    .replaceAll(/\b[a-z]+_(?=\w*\d)\w{6,}/gi, "#")
    .replaceAll(/\b(frame|id) "?\d+\b"?/g, "$1 #")
    .replaceAll(/"id":(?:\d+|"[^"]*")/g, '"id":#')
    .replaceAll(/\b\d{10,}\b/g, "#");
}

/** A broken law without the frame that shows it, and without the names of what it is about. */
function lawSentence(text: string): string {
  if (!text.startsWith("law ")) return text;
  return text
    .replace(/: \{.*$/s, "")
    .replaceAll(/\b(item|turn|thread) (?!started|completed)[^\s,:()]+/g, "$1 #");
}
