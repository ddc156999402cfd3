import { ceilings } from "./ceilings.ts";
import { lives } from "./lives.ts";
import type { CodexScenario } from "./scenario.ts";
import { sharing } from "./sharing.ts";
import { turns } from "./turns.ts";

/** All of the lane. */
export const scenarios: readonly CodexScenario[] = [...turns, ...sharing, ...lives, ...ceilings];
