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
