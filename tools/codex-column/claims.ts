import type { Scenario } from "../../packages/conformance/src/scenario/scenario.ts";
import type { KnownFailure } from "../../packages/conformance/src/suite/manifest.ts";
import { type Way, ways } from "../../packages/conformance/src/suite/report.ts";

/** Declined, a command of codex is forgotten. */
const forgotten =
  "codex keeps no command that was declined: it was an item live, and is missing when the thread is read again";

/** Where codex itself does not do what every bridge has to. */
export const codexFailures: readonly KnownFailure[] = [
  "command-accept-session-other",
  "command-decline",
  "command-cancel",
  "approval-error",
].map((scenario) => ({ scenario, reason: forgotten }));

/**
 * How a scenario is run on codex. A queue lives in its app-server alone: whether a kill between two
 * turns takes the second one with it is a matter of luck.
 */
export function codexWays({ id }: Scenario): readonly Way[] {
  return id === "queue" ? ways.filter((way) => way !== "kill") : ways;
}
