export { type CodexException, codexExceptions } from "./codex-exceptions.ts";
export { type LawChecker, type LawCheckerOptions, createLawChecker } from "./law-checker.ts";
export {
  type RecordedFrame,
  type RecordingOptions,
  assertLaws,
  assertNoViolations,
  checkFrames,
  parseRecording,
} from "./recording.ts";
export { type DescribeOptions, describeBridge } from "./suite/describe-bridge.ts";
export type { Outcome, ScenarioResult, SuiteReport, Way, WayResult } from "./suite/report.ts";
export { type SuiteOptions, runSuite } from "./suite/run-suite.ts";
export type { LawName, Violation } from "./violation.ts";
