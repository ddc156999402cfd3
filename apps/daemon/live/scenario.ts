import type { LiveContext } from "./context.ts";
import type { LiveRow } from "./lane.ts";

/** A row of a lane whose program is an agent behind the daemon. */
export interface LiveScenario extends LiveRow {
  /** Rejects when the agent or Fairlead does not do what the sentence says. */
  readonly run: (live: LiveContext) => Promise<void>;
}
