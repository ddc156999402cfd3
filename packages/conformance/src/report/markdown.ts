import type { ScenarioResult, SuiteReport } from "../suite/report.ts";
import { printable } from "./printable.ts";
import { shownProblems } from "./problems.ts";
import {
  durationText,
  outcomeWords,
  titleOf,
  totalsOf,
  unexpectedPassAdvice,
  waysOf,
} from "./summary.ts";

/** The report as a page of GitHub's Markdown, for a pull request or a summary of a CI run. */
export function markdownReport(report: SuiteReport): string {
  const sections = [
    `# Conformance of ${markdownText(titleOf(report))}`,
    `**${report.passed ? "Passed" : "Failed"}** in ${durationText(report.durationMs)}. ${totalsOf(report)}.`,
    table(report),
    ...(report.manifestProblems.length === 0
      ? []
      : ["## Untrue in the manifest", fenced(report.manifestProblems)]),
    ...report.results.filter(({ outcome }) => outcome === "failed").flatMap(problemsOf),
    ...folded(report, "known-failure", "Problems of the known failures"),
  ];
  return `${sections.join("\n\n")}\n`;
}

/**
 * Text that Markdown shows as it is, in one line, also inside a table. Called by the Markdown
 * report and by the page of the matrix.
 */
export function markdownText(text: string): string {
  return printable(text)
    .replaceAll(/[\\`*_[\]<>|&~#]/g, String.raw`\$&`)
    .replaceAll(/\s+/g, " ")
    .trim();
}

function table(report: SuiteReport): string {
  const ways = waysOf(report);
  const header = ["scenario", "what it proves", ...ways, "outcome", "why"];
  const rows = report.results.map((result) => [
    markdownText(result.scenario),
    markdownText(result.title),
    ...ways.map((way) => {
      const found = result.ways.find((entry) => entry.way === way);
      if (found === undefined) return "";
      if (found.problems.length === 0) return "ok";
      return result.outcome === "known-failure" ? "fails" : "**FAIL**";
    }),
    loud(result) ? `**${outcomeWords[result.outcome]}**` : outcomeWords[result.outcome],
    why(result),
  ]);
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
}

function loud({ outcome }: ScenarioResult): boolean {
  return outcome === "failed" || outcome === "unexpected-pass";
}

function why({ outcome, reason }: ScenarioResult): string {
  if (outcome === "unexpected-pass") {
    return `${unexpectedPassAdvice}: ${markdownText(reason ?? "nothing")}`;
  }
  return markdownText(reason ?? "");
}

function problemsOf(result: ScenarioResult): readonly string[] {
  const { groups, more } = shownProblems(result);
  return [
    `## ${markdownText(result.scenario)}`,
    markdownText(result.title),
    ...groups.flatMap(({ ways, problems }) => [`### ${ways}`, fenced(problems)]),
    ...(more === null ? [] : [more]),
  ];
}

function folded(
  { results }: SuiteReport,
  outcome: "known-failure",
  summary: string,
): readonly string[] {
  const found = results.filter((result) => result.outcome === outcome).flatMap(problemsOf);
  if (found.length === 0) return [];
  return [`<details><summary>${summary}</summary>`, ...found, "</details>"];
}

/** A block that no text can leave: its fence is longer than any run of backticks in it. */
function fenced(problems: readonly string[]): string {
  const text = problems.map(printable).join("\n\n");
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(Math.max(3, longest + 1));
  return `${fence}text\n${text}\n${fence}`;
}
