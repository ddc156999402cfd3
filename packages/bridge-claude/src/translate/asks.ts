import type { Ask, AskAnswer, Question } from "@fairlead/bridge-core";
import type { JsonValue } from "@fairlead/codex-proto";
import { listOf, textOf, type Fields } from "@fairlead/bridge-core/parts";
import { pathOf } from "./diff.ts";
import type { ToolCall } from "./tools.ts";

/** A request of Claude's that waits for the user: about a tool call, or of an MCP server's. */
export type PendingAsk = { readonly toolUseId: string; readonly call: ToolCall } | "elicitation";

const approvePlan = "Yes, carry out this plan";
const planQuestion: Question = {
  id: "plan",
  header: "Plan",
  question: "Claude has written a plan. Shall it be carried out?",
  options: [
    { label: approvePlan, description: "Leave plan mode and start." },
    { label: "No, keep planning", description: "Stay in plan mode; say what to change." },
  ],
  multiple: false,
  freeText: true,
  secret: false,
};

/** Tools whose permission request is itself a question: never answered for the user. */
export function isQuestion(tool: string): boolean {
  return tool === "AskUserQuestion" || tool === "ExitPlanMode";
}

/** The question to the user behind a permission request. `scope` never covers more than this very call. */
export function askOf(key: string, { name, input, item }: ToolCall, request: Fields): Ask {
  if (name === "ExitPlanMode") return { kind: "questions", key, questions: [planQuestion] };
  if (name === "AskUserQuestion") return { kind: "questions", key, questions: questionsOf(input) };
  const { decision_reason: said, blocked_path: path } = request;
  const reason = textOf(said) || (typeof path === "string" ? `It touches ${path}` : null);
  if (item.type === "fileChange") {
    return { kind: "fileChange", key, reason, scope: `${name} ${pathOf(input)}` };
  }
  if (name === "Bash")
    return { kind: "command", key, reason, scope: `Bash ${textOf(input["command"])}` };
  const scope = `${name} ${JSON.stringify(input)}`;
  return { kind: "command", key, reason: reason ?? scope, scope };
}

/** What Claude is told. Never `updatedPermissions`: nothing the user answers here may outlive the call. */
export function replyTo(pending: PendingAsk, answer: AskAnswer): JsonValue {
  if (pending === "elicitation") {
    if (answer.type === "content") return { action: "accept", content: answer.content };
    if (answer.type === "accept") return { action: "accept", content: {} };
    return { action: answer.type === "decline" ? "decline" : "cancel" };
  }
  const { call } = pending;
  switch (answer.type) {
    case "accept":
    case "content":
      return { behavior: "allow", updatedInput: call.input };
    case "answers":
      return answered(call, answer.answers);
    case "decline":
      return { behavior: "deny", message: "The user declined this. Do not try it another way." };
    case "cancel":
      return { behavior: "deny", message: "The user stopped the turn.", interrupt: true };
  }
}

function answered(
  { name, input }: ToolCall,
  answers: Readonly<Record<string, readonly string[]>>,
): JsonValue {
  if (name !== "ExitPlanMode") {
    const texts = questionsOf(input).map(({ id, question }) => [question, answers[id]?.join(", ")]);
    return { behavior: "allow", updatedInput: { ...input, answers: Object.fromEntries(texts) } };
  }
  const said = answers[planQuestion.id]?.join(" ") ?? "";
  if (said === approvePlan) return { behavior: "allow", updatedInput: input };
  return { behavior: "deny", message: `The plan is not approved yet. The user says: ${said}` };
}

function questionsOf(input: Fields): readonly Question[] {
  return listOf(input["questions"]).map(({ question, header, options, multiSelect }, index) => ({
    id: `question-${index + 1}`,
    header: textOf(header),
    question: textOf(question),
    options: listOf(options).map(({ label, description }) => ({
      label: textOf(label),
      description: textOf(description),
    })),
    multiple: multiSelect === true,
    freeText: true,
    secret: false,
  }));
}
