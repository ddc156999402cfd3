import type { Scenario } from "./scenario/scenario.ts";
import { approvalScenarios } from "./scenario/scenarios/approvals.ts";
import { clientScenarios } from "./scenario/scenarios/clients.ts";
import { commandScenarios } from "./scenario/scenarios/commands.ts";
import { errorScenarios } from "./scenario/scenarios/errors.ts";
import { execScenarios } from "./scenario/scenarios/exec.ts";
import { fileScenarios } from "./scenario/scenarios/files.ts";
import { historyScenarios } from "./scenario/scenarios/histories.ts";
import { refusalScenarios } from "./scenario/scenarios/refusals.ts";
import { textScenarios } from "./scenario/scenarios/text.ts";
import { threadScenarios } from "./scenario/scenarios/threads.ts";
import { toolScenarios } from "./scenario/scenarios/tools.ts";
import { turnScenarios } from "./scenario/scenarios/turns.ts";

export { beats } from "./scenario/beats.ts";
export { type Feature, features } from "./scenario/feature.ts";
export { type Answer, type ScenarioLink, playSteps } from "./scenario/play-steps.ts";
export type { Scenario } from "./scenario/scenario.ts";
export type { Captures, ClientStep, JsonObject } from "./scenario/step.ts";

/** Every scenario, in the order in which tables show them. */
export const scenarios: readonly Scenario[] = [
  ...textScenarios,
  ...commandScenarios,
  ...approvalScenarios,
  ...fileScenarios,
  ...toolScenarios,
  ...turnScenarios,
  ...historyScenarios,
  ...threadScenarios,
  ...clientScenarios,
  ...execScenarios,
  ...errorScenarios,
  ...refusalScenarios,
];
