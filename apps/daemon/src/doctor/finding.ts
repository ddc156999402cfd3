import type { Style } from "../terminal/style.ts";

/** What one look has found. */
export interface Finding {
  /** What was looked at: `host.toml`, `disk`. */
  readonly subject: string;
  /** `warn`: it works, though perhaps not as wanted. `bad`: something has to be done. */
  readonly state: "ok" | "warn" | "bad";
  readonly detail: string;
  /** What to type; null when there is nothing to do. */
  readonly fix: string | null;
}

/** A finding of something that is in order. */
export function fine(subject: string, detail: string): Finding {
  return { subject, state: "ok", detail, fix: null };
}

/** All of them for people. */
export function findingsText(findings: readonly Finding[], style: Style): string {
  const width = Math.max(...findings.map(({ subject }) => subject.length));
  return findings
    .map(({ subject, state, detail, fix }) => {
      const marks = { ok: style.good("ok"), warn: style.ask("!!"), bad: style.bad("--") };
      const [first = "", ...rest] = detail.split("\n");
      const indent = " ".repeat(width + 5);
      const lines = [
        `${marks[state]} ${subject.padEnd(width)}  ${first}`,
        ...rest.map((line) => `${indent}${line}`),
        ...(fix === null ? [] : [`${indent}type: ${style.ask(fix)}`]),
      ];
      return lines.map((line) => `${line}\n`).join("");
    })
    .join("");
}
