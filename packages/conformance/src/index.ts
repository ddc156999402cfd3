export { type DescribeOptions, describeBridge } from "./suite/describe-bridge.ts";
export type { Outcome, ScenarioResult, SuiteReport, Way, WayResult } from "./suite/report.ts";
export { type SuiteOptions, runSuite } from "./suite/run-suite.ts";
