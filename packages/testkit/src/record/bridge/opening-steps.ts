import { type ClientStep, type Scenario, scenarios } from "@fairlead/conformance/scenarios";
import type { JsonObject } from "../../json.ts";

/** The steps of a scenario. */
export function stepsOf(scenario: string): Scenario["steps"] {
  return scenarios.find(({ id }) => id === scenario)?.steps ?? [];
}

/** The steps of a scenario from its first beat on. */
export function stepsFromBeat(scenario: string): Scenario["steps"] {
  const steps = stepsOf(scenario);
  return steps.slice(steps.findIndex((step) => step.type === "request" && "beat" in step));
}

/** A turn, begun and ended; no scenario's own. */
export function turn(text: string, more: JsonObject = {}): readonly ClientStep[] {
  return [
    {
      type: "request",
      method: "turn/start",
      params: { threadId: "$thread", input: [{ type: "text", text }], ...more },
      beat: "open",
    },
    { type: "await", frame: { method: "turn/completed" } },
  ];
}
