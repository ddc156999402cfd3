import type { Ask, AskAnswer, Question } from "@fairlead/bridge-core";
import { answerTo, choice, questionsOf, textOf, type Fields } from "@fairlead/bridge-core/parts";
import type { JsonValue } from "@fairlead/codex-proto";
import { pathOf, type ToolCall } from "./tools.ts";

/** A request of Claude's that waits for the user: about a tool call, or of an MCP server's. */
export type PendingAsk = { readonly toolUseId: string; readonly call: ToolCall } | "elicitation";

const approvePlan = "Yes, carry out this plan";
const planWords = "Claude has written a plan. Shall it be carried out?";
const planQuestion: Question = {
  ...choice("plan", "Plan", planWords, [
    { label: approvePlan, description: "Leave plan mode and start." },
    { label: "No, keep planning", description: "Stay in plan mode; say what to change." },
  ]),
  freeText: true,
};

/** Tools whose permission request is itself a question: never answered for the user. */
export function isQuestion(tool: string): boolean {
  return tool === "AskUserQuestion" || tool === "ExitPlanMode";
}

/** The question behind a permission request. `scope` covers this very call only. */
export function askOf(key: string, { name, input, item }: ToolCall, request: Fields): Ask {
  if (name === "ExitPlanMode") return { kind: "questions", key, questions: [planQuestion] };
  if (name === "AskUserQuestion")
    return { kind: "questions", key, questions: questionsOf(input["questions"]) };
  const { decision_reason: said, blocked_path: path } = request;
  const reason = textOf(said) || (typeof path === "string" ? `It touches ${path}` : null);
  if (item.type === "fileChange") {
    return { kind: "fileChange", key, reason, scope: `changes of ${pathOf(input)}` };
  }
  const bash = name === "Bash" && item.type === "command";
  const scope = `${name} ${bash ? item.command : JSON.stringify(input)}`;
  return { kind: "command", key, reason: bash ? reason : (reason ?? scope), scope };
}

/** What Claude is told. Never `updatedPermissions`: no answer may outlive the call. */
export function replyTo(pending: PendingAsk, answer: AskAnswer): JsonValue {
  if (pending === "elicitation") {
    if (answer.type === "content") return { action: "accept", content: answer.content };
    if (answer.type === "accept") return { action: "accept", content: {} };
    return { action: answer.type === "decline" ? "decline" : "cancel" };
  }
  const { name, input } = pending.call;
  switch (answer.type) {
    case "accept":
    case "content":
      return { behavior: "allow", updatedInput: input };
    case "decline":
      return { behavior: "deny", message: "The user declined this. Do not try it another way." };
    case "cancel":
      return { behavior: "deny", message: "The user stopped the turn.", interrupt: true };
    case "answers": {
      const plan = answerTo(planQuestion.id, answer) ?? "";
      if (name === "ExitPlanMode" && plan !== approvePlan) {
        return {
          behavior: "deny",
          message: `The plan is not approved yet. The user says: ${plan}`,
        };
      }
      const answers: Record<string, JsonValue> = {};
      for (const { id, question } of questionsOf(input["questions"])) {
        answers[question] = answerTo(id, answer) ?? "";
      }
      return { behavior: "allow", updatedInput: { ...input, answers } };
    }
  }
}
