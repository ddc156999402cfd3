import type { ThreadOp } from "../ops.ts";
import { listOf, textOf } from "./fields.ts";

/** One step of the agent's list. */
export type PlanStep = Extract<ThreadOp, { op: "plan" }>["steps"][number];

/** A step in the words of agents: what is neither running nor done is pending. */
export function planStep(step: string, status: unknown): PlanStep {
  if (status === "in_progress") return { step, status: "inProgress" };
  return { step, status: status === "completed" ? "completed" : "pending" };
}

/** A list of `{content, status}`, without what was cancelled. */
export function planSteps(todos: unknown): readonly PlanStep[] {
  const steps = listOf(todos).filter(({ status }) => status !== "cancelled");
  return steps.map(({ content, status }) => planStep(textOf(content), status));
}

/** The steps in a text with a mark before each, on lines such as `1. [in_progress] STEP`. */
export function markedSteps(text: unknown): readonly PlanStep[] {
  return textOf(text)
    .split("\n")
    .flatMap((line) => {
      const [, status, step] = /^\s*(?:\d+\.|[-*])?\s*\[(\w+)\]\s*(.+)$/.exec(line) ?? [];
      return step === undefined || status === "cancelled" ? [] : [planStep(step, status)];
    });
}
