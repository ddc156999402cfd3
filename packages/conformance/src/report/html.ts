import type { ScenarioResult, SuiteReport, Way } from "../suite/report.ts";
import { style } from "./html-style.ts";
import { markup } from "./printable.ts";
import { shownProblems } from "./problems.ts";
import {
  durationText,
  outcomeWords,
  titleOf,
  totalsOf,
  unexpectedPassAdvice,
  waysOf,
} from "./summary.ts";

/**
 * The report as one HTML file: no script, nothing from elsewhere, light and dark. Every scenario is
 * a row that unfolds; what failed is unfolded.
 */
export function htmlReport(report: SuiteReport): string {
  const title = `Conformance of ${titleOf(report)}`;
  const ways = waysOf(report);
  const lines = [
    "<!doctype html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${markup(title)}</title>`,
    `<style>${style}</style>`,
    "</head>",
    "<body>",
    `<h1>${markup(title)}</h1>`,
    `<p class="verdict ${report.passed ? "good" : "bad"}">${report.passed ? "Passed" : "Failed"}` +
      ` in ${durationText(report.durationMs)}. ${markup(totalsOf(report))}.</p>`,
    ...manifest(report),
    ...report.results.map((result) => row(result, ways)),
    "</body>",
    "</html>",
  ];
  return `${lines.join("\n")}\n`;
}

function manifest({ manifestProblems }: SuiteReport): readonly string[] {
  if (manifestProblems.length === 0) return [];
  const list = manifestProblems.map((problem) => `<li>${markup(problem)}</li>`).join("");
  return [`<section class="bad"><h2>Untrue in the manifest</h2><ul>${list}</ul></section>`];
}

function row(result: ScenarioResult, ways: readonly Way[]): string {
  const { scenario, title, outcome, reason } = result;
  const loud = outcome === "failed" || outcome === "unexpected-pass";
  const badges = result.ways.length === 0 ? "" : ways.map((way) => badge(result, way)).join("");
  const advice = outcome === "unexpected-pass" ? `${unexpectedPassAdvice}: ` : "";
  const why = reason === null ? "" : `<p>${markup(advice + reason)}</p>`;
  const { groups, more } = shownProblems(result);
  return [
    `<details class="${outcome}"${loud ? " open" : ""}>`,
    `<summary><code>${markup(scenario)}</code> <span class="outcome">${outcomeWords[outcome]}</span>`,
    `<span class="title">${markup(title)}</span></summary>`,
    why,
    badges === "" ? "" : `<p class="ways">${badges}</p>`,
    ...groups.flatMap(({ ways: where, problems }) => [
      `<h3>${markup(where)}</h3>`,
      ...problems.map((problem) => `<pre tabindex="0">${markup(problem)}</pre>`),
    ]),
    more === null ? "" : `<p>${more}</p>`,
    "</details>",
  ]
    .filter((line) => line !== "")
    .join("\n");
}

function badge({ outcome, ways }: ScenarioResult, way: Way): string {
  const found = ways.find((entry) => entry.way === way);
  if (found === undefined) return "";
  const good = found.problems.length === 0;
  const bad = outcome === "known-failure" ? "fails" : "FAIL";
  const text = `${way} ${good ? "ok" : bad} · ${durationText(found.durationMs)}`;
  return `<span class="${good ? "good" : "bad"}">${markup(text)}</span>`;
}
