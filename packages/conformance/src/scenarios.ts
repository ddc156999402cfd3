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

/** Scenarios about one subject. */
export interface ScenarioGroup {
  /** A heading, such as `Commands`. */
  readonly subject: string;
  readonly scenarios: readonly Scenario[];
}

/** Every scenario by its subject, in the order in which tables show them. */
export const scenarioGroups: readonly ScenarioGroup[] = [
  { subject: "What is said and thought", scenarios: textScenarios },
  { subject: "Commands", scenarios: commandScenarios },
  { subject: "Approvals of commands", scenarios: approvalScenarios },
  { subject: "Changes of files", scenarios: fileScenarios },
  { subject: "Plans, questions, tools and sub-agents", scenarios: toolScenarios },
  { subject: "Turns that others break into", scenarios: turnScenarios },
  { subject: "The history of a thread", scenarios: historyScenarios },
  { subject: "The list of threads", scenarios: threadScenarios },
  { subject: "Several clients", scenarios: clientScenarios },
  { subject: "Commands of the client", scenarios: execScenarios },
  { subject: "Errors of the provider", scenarios: errorScenarios },
  { subject: "Refused requests", scenarios: refusalScenarios },
];

/** Every scenario, in the same order. */
export const scenarios: readonly Scenario[] = scenarioGroups.flatMap((group) => group.scenarios);
