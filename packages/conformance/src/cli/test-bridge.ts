import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { htmlReport } from "../report/html.ts";
import { jsonReport } from "../report/json.ts";
import { junitReport } from "../report/junit.ts";
import { markdownReport } from "../report/markdown.ts";
import { terminalReport } from "../report/terminal.ts";
import type { SuiteReport } from "../suite/report.ts";
import { runSuite } from "../suite/run-suite.ts";
import { loadBridge } from "./load-bridge.ts";
import type { CliRequest, ReportFiles } from "./options.ts";
import { progressLine } from "./progress-line.ts";
import { watchStandstill } from "./standstill.ts";
import { type CliStreams, UsageError } from "./streams.ts";
import { writeReport } from "./write-report.ts";

/** Runs the suite on a built bridge, prints and writes its reports. Resolves with the exit code. */
export async function testBridge(
  request: Extract<CliRequest, { type: "suite" }>,
  streams: CliStreams,
): Promise<number> {
  const { fixtures, only, ways, live, files } = request;
  await expectFixtures(fixtures);
  const progress = progressLine(streams);
  let now = `loading ${request.module}`;
  using _ = watchStandstill(() => now);
  const { factory, url } = await loadBridge(request.module);
  let report: SuiteReport;
  try {
    report = await runSuite(factory, {
      fixtures: resolve(fixtures),
      module: url,
      live,
      ...(only.length > 0 && { only }),
      ...(ways.length > 0 && { ways }),
      onProgress: (text) => {
        now = text;
        progress.show(text);
      },
    });
  } finally {
    progress.clear();
  }
  streams.out(files.json === true ? jsonReport(report) : terminalReport(report));
  await writeReports(report, files, streams);
  return report.passed ? 0 : 1;
}

async function expectFixtures(folder: string): Promise<void> {
  const manifest = join(folder, "manifest.json");
  if ((await stat(folder).catch(() => null)) === null) {
    throw new UsageError(`there is no folder ${folder} for --fixtures`);
  }
  if ((await stat(manifest).catch(() => null)) === null) {
    throw new UsageError(`there is no manifest.json in ${folder}: it says what the agent offers`);
  }
}

async function writeReports(
  report: SuiteReport,
  files: ReportFiles,
  streams: CliStreams,
): Promise<void> {
  const wanted = [
    [files.json, jsonReport],
    [files.html, htmlReport],
    [files.markdown, markdownReport],
    [files.junit, junitReport],
  ] as const;
  for (const [file, render] of wanted) {
    if (file === null || file === true) continue;
    await writeReport(file, render(report), streams);
  }
}
