import type { LiveScenario } from "../scenario.ts";
import { text } from "./text.ts";

/** All scenarios of Claude Code, in the order of the table. */
export const scenarios: readonly LiveScenario[] = [...text];
