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

/** The conversation is given a name. */
export const naming: readonly ClientStep[] = [
  {
    type: "request",
    method: "thread/name/set",
    params: { threadId: "$thread", name: "A name" },
  },
  { type: "await", frame: { method: "thread/name/updated" } },
];

/** A turn is taken back, and another takes its place. */
export const takingBack: readonly ClientStep[] = [
  {
    type: "request",
    method: "turn/start",
    params: { threadId: "$thread", input: [{ type: "text", text: "say: taken back" }] },
    capture: { turn: "result.turn.id" },
    beat: "open",
  },
  { type: "await", frame: { method: "turn/completed" } },
  {
    type: "request",
    method: "thread/revert",
    params: { threadId: "$thread", beforeTurnId: "$turn" },
  },
  { type: "await", frame: { method: "thread/reverted" } },
  ...turn("say: instead"),
];
