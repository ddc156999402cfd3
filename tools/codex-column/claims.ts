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

/** What cannot be run on codex, and why. */
const leftOut: Readonly<Record<string, Way>> = {
  // A queue lives in its app-server alone: whether a kill between two turns takes the second one with it
  // is a matter of luck.
  queue: "kill",
  // So is whether codex has written by then what the thread may do: else it is taken up again read-only,
  // and a command that was approved cannot write.
  "clients-approval": "kill",
  // Codex begins two turns for a review and ends one: to whom comes later the other one still runs.
  review: "second-client",
};

/** How a scenario is run on codex. */
export function codexWays({ id }: Scenario): readonly Way[] {
  return ways.filter((way) => leftOut[id] !== way);
}
