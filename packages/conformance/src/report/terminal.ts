import type { ScenarioResult, SuiteReport, Way } from "../suite/report.ts";
import { printable } from "./printable.ts";
import { shownProblems } from "./problems.ts";
import {
  durationText,
  notOfferedReasons,
  outcomeWords,
  titleOf,
  totalsOf,
  unexpectedPassAdvice,
  waysOf,
} from "./summary.ts";

/**
 * The report for a terminal: the table, then what went wrong, the reasons for what was not
 * judged, and the totals as the last line. Plain text without colours; ends with a line feed.
 */
export function terminalReport(report: SuiteReport): string {
  const sections = [
    printable(titleOf(report)),
    table(report),
    ...report.results.filter(({ outcome }) => outcome === "failed").map(failure),
    ...report.results.filter(({ outcome }) => outcome === "unexpected-pass").map(unexpectedPass),
    ...manifest(report),
    ...knownFailures(report),
    ...notOffered(report),
    `${report.passed ? "PASSED" : "FAILED"} in ${durationText(report.durationMs)}. ${totalsOf(report)}.`,
  ];
  return `${sections.join("\n\n")}\n`;
}

function table(report: SuiteReport): string {
  const ways = waysOf(report);
  const header = ["scenario", ...ways, "outcome", "ms"];
  const rows = report.results.map((result) => [
    printable(result.scenario),
    ...ways.map((way) => cell(result, way)),
    outcomeWords[result.outcome],
    result.ways.length === 0 ? "" : String(Math.round(totalMs(result))),
  ]);
  const widths = header.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((text, column) => {
        const width = widths[column] ?? 0;
        return column === header.length - 1 ? text.padStart(width) : text.padEnd(width);
      })
      .join("  ")
      .trimEnd();
  const rule = widths.map((width) => "─".repeat(width)).join("  ");
  return [line(header), rule, ...rows.map(line)].join("\n");
}

function cell({ outcome, ways }: ScenarioResult, way: Way): string {
  const found = ways.find((entry) => entry.way === way);
  if (found === undefined) return "–";
  if (found.problems.length === 0) return "ok";
  return outcome === "known-failure" ? "fails" : "FAIL";
}

function totalMs({ ways }: ScenarioResult): number {
  return ways.reduce((sum, { durationMs }) => sum + durationMs, 0);
}

function failure(result: ScenarioResult): string {
  const head = `FAILED ${printable(result.scenario)}: ${printable(result.title)}`;
  const { groups, more } = shownProblems(result);
  const found = groups.map(({ ways, problems }) =>
    [`  ${ways}`, ...problems.map(bullet)].join("\n"),
  );
  return [head, ...found, ...(more === null ? [] : [`  ${more}`])].join("\n");
}

function bullet(text: string): string {
  return `    - ${printable(text).replaceAll("\n", "\n      ")}`;
}

function unexpectedPass({ scenario, title, reason }: ScenarioResult): string {
  const head = `UNEXPECTED PASS ${printable(scenario)}: ${printable(title)}`;
  return `${head}\n${bullet(`${unexpectedPassAdvice}: ${reason ?? "nothing"}`)}`;
}

function manifest({ manifestProblems }: SuiteReport): readonly string[] {
  if (manifestProblems.length === 0) return [];
  return [["UNTRUE IN THE MANIFEST", ...manifestProblems.map(bullet)].join("\n")];
}

function knownFailures({ results }: SuiteReport): readonly string[] {
  const scenarios = new Map<string, string[]>();
  for (const { outcome, scenario, reason } of results) {
    if (outcome !== "known-failure") continue;
    const why = reason ?? "no reason given";
    scenarios.set(why, [...(scenarios.get(why) ?? []), scenario]);
  }
  if (scenarios.size === 0) return [];
  const lines = [...scenarios].map(([reason, ids]) => bullet(`${ids.join(", ")}: ${reason}`));
  return [["Known failures", ...lines].join("\n")];
}

function notOffered(report: SuiteReport): readonly string[] {
  const found = notOfferedReasons(report);
  if (found.length === 0) return [];
  const lines = found.map(({ features, reason, scenarios }) => {
    const what = features.length === 0 ? reason : `${features.join(", ")}: ${reason}`;
    return bullet(`${what}\nnot run: ${scenarios.join(", ")}`);
  });
  return [["Not offered by the agent", ...lines].join("\n")];
}
