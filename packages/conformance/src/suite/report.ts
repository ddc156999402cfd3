import type { Feature } from "../scenario/feature.ts";

/** How a scenario is run; each must show the client the same. */
export const ways = ["straight", "reattach", "second-client", "kill"] as const;

/** One way to run a scenario. */
export type Way = (typeof ways)[number];

/** What came of one scenario. */
export type Outcome = "passed" | "failed" | "not-offered" | "known-failure" | "unexpected-pass";

/** One scenario run one way. */
export interface WayResult {
  readonly way: Way;
  /** What was wrong, one sentence or diff each; empty = passed. */
  readonly problems: readonly string[];
  readonly durationMs: number;
}

/** One scenario on one bridge. */
export interface ScenarioResult {
  readonly scenario: string;
  readonly title: string;
  readonly needs: readonly Feature[];
  readonly outcome: Outcome;
  /** Of the manifest, for `not-offered` and `known-failure`; else null. */
  readonly reason: string | null;
  /** Empty when it was not run. */
  readonly ways: readonly WayResult[];
}

/** A whole run: what the table, the reports and the exit code are made of. */
export interface SuiteReport {
  readonly agent: { readonly id: string; readonly displayName: string; readonly version: string };
  /** The codex the golden transcripts are of. */
  readonly codexVersion: string;
  readonly results: readonly ScenarioResult[];
  /** Claims without behaviour, behaviour without claims, unknown names: one sentence each. */
  readonly manifestProblems: readonly string[];
  /** Every scenario passed, is not offered or is a known failure, and the manifest is true. */
  readonly passed: boolean;
  readonly durationMs: number;
}
