export { type CodexException, codexExceptions } from "./codex-exceptions.ts";
export {
  type TranscriptException,
  type TranscriptJudgement,
  type TranscriptViolation,
  judgeTranscript,
} from "./judge/judge-transcript.ts";
export { type LawChecker, type LawCheckerOptions, createLawChecker } from "./law-checker.ts";
export {
  type RecordedFrame,
  type RecordingOptions,
  assertLaws,
  assertNoViolations,
  checkFrames,
  parseRecording,
} from "./recording.ts";
export {
  type AskSkeleton,
  type ClientFrame,
  type ClientSkeleton,
  type CompareOptions,
  type ItemSkeleton,
  type RequestSkeleton,
  type Skeleton,
  type ThreadSkeleton,
  type TurnSkeleton,
  compareSkeletons,
  skeletonOf,
} from "./skeleton.ts";
export type { AllowedViolation, LawName, Violation } from "./violation.ts";
