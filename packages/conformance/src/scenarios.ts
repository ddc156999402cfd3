import type { Scenario } from "./scenario/scenario.ts";
import { textScenarios } from "./scenario/scenarios/text.ts";

export { beats } from "./scenario/beats.ts";
export { type Feature, features } from "./scenario/feature.ts";
export { type Answer, type ScenarioLink, playSteps } from "./scenario/play-steps.ts";
export type { Scenario } from "./scenario/scenario.ts";
export type { Captures, ClientStep, JsonObject } from "./scenario/step.ts";

/** Every scenario, in the order in which tables show them. */
export const scenarios: readonly Scenario[] = [...textScenarios];
