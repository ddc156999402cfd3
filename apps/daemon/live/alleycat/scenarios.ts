import type { LiveRow } from "../lane.ts";
import { litterQuirks } from "./litter-quirks.ts";
import type { PhoneContext } from "./phone-context.ts";
import { refusals } from "./refusals.ts";
import { sessions } from "./sessions.ts";

/** A row of the lane. */
export interface PhoneScenario extends LiveRow {
  /** Rejects when the host does not do what the sentence says. */
  readonly run: (context: PhoneContext) => Promise<void>;
}

/** Everything the lane of the phone proves. */
export const scenarios: readonly PhoneScenario[] = [...sessions, ...refusals, ...litterQuirks];
