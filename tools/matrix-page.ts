import { markdownText } from "../packages/conformance/src/report/markdown.ts";
import type { ScenarioResult, SuiteReport } from "../packages/conformance/src/suite/report.ts";

/** The scenarios of one section of the page, in order. */
export interface MatrixGroup {
  readonly subject: string;
  readonly scenarios: readonly { readonly id: string; readonly title: string }[];
}

/** What the page is made of. */
export interface Matrix {
  readonly groups: readonly MatrixGroup[];
  /** One column each, in order. */
  readonly reports: readonly SuiteReport[];
  /** Names of registered agents that have no fixtures. */
  readonly unmeasured: readonly string[];
}

/** `docs/conformance.md`. Holds no durations: the same run makes the same page. */
export function matrixPage({ groups, reports, unmeasured }: Matrix): string {
  const [codexVersion = "?"] = reports.map((report) => report.codexVersion);
  const sections = [
    introduction(codexVersion),
    table(
      ["column", "agent", "scenarios", "pass", "not offered", "known failure"],
      reports.map((report) => [
        columnOf(report),
        agentName(report),
        String(report.results.length),
        ...["passed", "not-offered", "known-failure"].map((outcome) => countOf(report, outcome)),
      ]),
    ),
    ...(unmeasured.length === 0
      ? []
      : [`Not measured, for want of fixtures: ${unmeasured.join(", ")}.`]),
    ...groups.flatMap((group) => [`## ${group.subject}`, groupTable(group, reports)]),
    ...reports.flatMap(reasonsOf),
  ];
  return `${sections.join("\n\n")}\n`;
}

/**
 * The lines of a page that are only in the committed text (`-`) or only in the text of the run
 * (`+`). Empty when the page is current.
 */
export function staleLines(committed: string, current: string): readonly string[] {
  const [before, after] = [committed.split("\n"), current.split("\n")];
  const gone = before.filter((line) => !after.includes(line)).map((line) => `- ${line}`);
  const added = after.filter((line) => !before.includes(line)).map((line) => `+ ${line}`);
  if (gone.length + added.length > 0 || committed === current) return [...gone, ...added];
  return ["the same lines in another order"];
}

function introduction(codexVersion: string): string {
  return `# What each agent can do

A scenario is a script of a client: what it sends, and what it must see. Real codex ${codexVersion} played each one
and was recorded. Every bridge plays the same script, and must show the client the same: the same
notifications, items and states, by the laws of the wire, whatever the agent behind it.

Each scenario runs four ways, and must pass in all of them: straight through; with the client cut off and
back in the middle; with a second client attached; and with the daemon killed (\`kill -9\`) and started again
between turns. A bridge plays what its real agent was recorded to do; \`pnpm test:live\` runs the agents
themselves. The column \`codex\` is real codex, run behind the daemon's proxy and compared with the recordings
of codex alone: there a second client takes a thread up after its first turn, as codex wants it.

- ✓: the agent shows what codex shows, all four ways.
- –: not offered. The agent has nothing of the kind; the link says why. The suite checks that this is so.
- ✗: known failure. It should work and does not yet; the link says why. The build breaks on the day it does.

Written by \`pnpm matrix\` from a run; CI fails when it is out of date. Do not edit.`;
}

function agentName({ agent }: SuiteReport): string {
  return `${markdownText(agent.displayName)} ${markdownText(agent.version)}`;
}

/** Short, since there are many. */
function columnOf({ agent }: SuiteReport): string {
  return `\`${agent.id}\``;
}

function countOf({ results }: SuiteReport, outcome: string): string {
  return String(results.filter((result) => result.outcome === outcome).length);
}

function groupTable({ scenarios }: MatrixGroup, reports: readonly SuiteReport[]): string {
  const header = ["scenario", "what it proves", ...reports.map(columnOf)];
  const rows = scenarios.map(({ id, title }) => [
    `\`${id}\``,
    // Titles are our own and may hold code.
    title.replaceAll("|", String.raw`\|`),
    ...reports.map((report) => cell(report, id)),
  ]);
  return table(header, rows);
}

function cell(report: SuiteReport, id: string): string {
  const result = report.results.find(({ scenario }) => scenario === id);
  if (result === undefined) return "";
  switch (result.outcome) {
    case "passed":
      return "✓";
    case "not-offered":
      return `[–](#${anchorOf(report, result)})`;
    case "known-failure":
      return `[✗](#${anchorOf(report, result)})`;
    case "failed":
    case "unexpected-pass":
      return `**${result.outcome}**`;
  }
}

function reasonsOf(report: SuiteReport): readonly string[] {
  const explained = report.results.filter(({ reason }) => reason !== null);
  if (explained.length === 0) return [];
  const texts = [...new Set(explained.map(reasonKey))];
  const lines = texts.flatMap((key) => {
    const same = explained.filter((result) => reasonKey(result) === key);
    const [first] = same;
    if (first === undefined) return [];
    const kind = first.outcome === "known-failure" ? "Known failure" : "Not offered";
    const ids = same.map(({ scenario }) => `\`${scenario}\``).join(", ");
    const anchor = `<a id="${anchorOf(report, first)}"></a>`;
    return [`- ${anchor}${kind}: ${markdownText(first.reason ?? "")} (${ids})`];
  });
  return [`## Why not: ${markdownText(report.agent.displayName)}`, lines.join("\n")];
}

/** Scenarios with the same reason share its place on the page. */
function anchorOf(report: SuiteReport, result: ScenarioResult): string {
  const first = report.results.find((other) => reasonKey(other) === reasonKey(result));
  return `${report.agent.id}-${(first ?? result).scenario}`;
}

function reasonKey({ outcome, reason }: ScenarioResult): string {
  return `${outcome} ${reason ?? ""}`;
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
}
