import type { SuiteReport } from "../suite/report.ts";

/** Raised when a member of the JSON report changes its meaning or goes away. */
const jsonReportVersion = 1;

/** The report for programs: the {@link SuiteReport} itself, plus what it is and in which version. */
export function jsonReport(report: SuiteReport): string {
  const head = { report: "fairlead-conformance", reportVersion: jsonReportVersion };
  return `${JSON.stringify({ ...head, ...report }, null, 2)}\n`;
}
