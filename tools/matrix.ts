/**
 * Runs the conformance suite, all four ways, for every registered agent that has fixtures and for
 * codex itself, and writes docs/conformance.md. Run as `pnpm matrix`; with `--check` it writes nothing
 * and fails when the committed page differs. With names (`pnpm matrix acp`) only these columns are run,
 * and no page is made. Where codex cannot be installed its column is written as it is claimed, and the
 * run says so.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { progressLine } from "../packages/conformance/src/cli/progress-line.ts";
import { watchStandstill } from "../packages/conformance/src/cli/standstill.ts";
import { terminalReport } from "../packages/conformance/src/report/terminal.ts";
import { scenarioGroups } from "../packages/conformance/src/scenarios.ts";
import { totalsOf } from "../packages/conformance/src/report/summary.ts";
import type { SuiteReport } from "../packages/conformance/src/suite/report.ts";
import { runSuite } from "../packages/conformance/src/suite/run-suite.ts";
import { installAgent } from "../packages/testkit/src/index.ts";
import { builtBridge } from "./built-bridge.ts";
import { claimedCodex, measuredCodex } from "./codex-column/codex-report.ts";
import { matrixColumns } from "./matrix-columns.ts";
import { matrixPage, staleLines } from "./matrix-page.ts";

const page = new URL("../docs/conformance.md", import.meta.url);
const check = process.argv.includes("--check");
const chosen = process.argv.slice(2).filter((argument) => !argument.startsWith("-"));
for (const name of chosen) {
  if (name === "codex" || matrixColumns.has(name)) continue;
  const known = ["codex", ...matrixColumns.keys()].join(", ");
  throw new Error(`the matrix has no column ${name}: choose from ${known}`);
}

const progress = progressLine({
  err: (text) => process.stderr.write(text),
  isTerminal: process.stdout.isTTY && process.stderr.isTTY,
});
let now = "its beginning";
using _ = watchStandstill(() => now);
const tell =
  (name: string) =>
  (text: string): void => {
    now = `${name}: ${text}`;
    progress.show(now);
  };
const reports: SuiteReport[] = isWanted("codex") ? [await codexReport()] : [];
const unmeasured: string[] = [];
for (const [name, { fixtures, source, load }] of matrixColumns) {
  if (!isWanted(name)) continue;
  if (!existsSync(new URL("manifest.json", fixtures))) {
    unmeasured.push(name);
    continue;
  }
  const report = await runSuite(await load(), {
    fixtures: fileURLToPath(fixtures),
    ...(await builtBridge(source)),
    onProgress: tell(name),
  });
  reports.push(report);
  show(name, report);
}

if (reports.some(({ passed }) => !passed)) {
  console.error("matrix: a suite failed, so there is no page to write");
  process.exitCode = 1;
} else if (chosen.length === 0) {
  finish(matrixPage({ groups: scenarioGroups, reports, unmeasured }));
}

function isWanted(name: string): boolean {
  return chosen.length === 0 || chosen.includes(name);
}

async function codexReport(): Promise<SuiteReport> {
  const codex = await installAgent("codex");
  if (!codex.ok) {
    console.log(`codex: NOT MEASURED, its column is as claimed: ${codex.reason}`);
    return claimedCodex();
  }
  const report = await measuredCodex(codex.command, tell("codex"));
  show("codex", report);
  return report;
}

function show(name: string, report: SuiteReport): void {
  progress.clear();
  if (!report.passed) process.stdout.write(terminalReport(report));
  console.log(`${name}: ${totalsOf(report)} (${Math.round(report.durationMs / 1000)} s)`);
}

function finish(current: string): void {
  const committed = existsSync(page) ? readFileSync(page, "utf8") : "";
  const stale = staleLines(committed, current);
  if (!check) writeFileSync(page, current);
  if (stale.length === 0) {
    console.log("docs/conformance.md is up to date");
  } else if (check) {
    for (const line of stale) console.error(line);
    console.error("docs/conformance.md is out of date: run `pnpm matrix` and commit it");
    process.exitCode = 1;
  } else {
    console.log("wrote docs/conformance.md");
  }
}
