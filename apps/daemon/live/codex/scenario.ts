import type { LiveRow } from "../lane.ts";
import type { CodexDesk } from "./desk.ts";

/** A row of the lane of codex itself. */
export interface CodexScenario extends LiveRow {
  /** Rejects when codex or Fairlead does not do what the sentence says. */
  readonly run: (desk: CodexDesk) => Promise<void>;
}
