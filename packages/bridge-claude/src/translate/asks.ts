import type { Ask, AskAnswer, Question } from "@fairlead/bridge-core";
import type { JsonValue } from "@fairlead/codex-proto";
import { z } from "zod";
import { textOf, type ToolInput } from "../native.ts";
import { pathOf } from "./diff.ts";
import type { ToolCall } from "./tools.ts";

/** A request of Claude's that waits for the user. */
export type PendingAsk =
  | { readonly kind: "tool"; readonly toolUseId: string; readonly call: ToolCall }
  | { readonly kind: "elicitation" };

const choice = z.looseObject({ label: z.string(), description: z.string().catch("") });
const questionSchema = z.looseObject({
  question: z.string(),
  header: z.string().catch(""),
  options: z.array(choice).catch([]),
  multiSelect: z.boolean().catch(false),
});
const questionsInput = z.looseObject({ questions: z.array(questionSchema) });

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

/** Tools whose permission request is itself the question. */
export function isQuestion(tool: string): boolean {
  return tool === "AskUserQuestion" || tool === "ExitPlanMode";
}

/** The question to the user behind a permission request. `scope` never covers more than this very call. */
export function askOf(toolUseId: string, call: ToolCall, reason: string | null): Ask {
  const { name, input, item } = call;
  if (name === "ExitPlanMode") {
    return { kind: "questions", key: toolUseId, questions: [planQuestion] };
  }
  if (name === "AskUserQuestion") {
    return { kind: "questions", key: toolUseId, questions: questionsOf(input) };
  }
  if (item.type === "fileChange") {
    return { kind: "fileChange", key: toolUseId, reason, scope: `${name} ${pathOf(input)}` };
  }
  if (item.type === "command") {
    const scope = name === "Bash" ? `Bash ${item.command}` : `${name} ${JSON.stringify(input)}`;
    return { kind: "command", key: toolUseId, reason, scope };
  }
  const call_ = `${name} ${JSON.stringify(input)}`;
  return { kind: "command", key: toolUseId, reason: reason ?? call_, scope: call_ };
}

/** What Claude is told. Never `updatedPermissions`: nothing the user answers here may outlive the call. */
export function replyTo(pending: PendingAsk, answer: AskAnswer): JsonValue {
  if (pending.kind === "elicitation") return elicitationReply(answer);
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
  call: ToolCall,
  answers: Readonly<Record<string, readonly string[]>>,
): Record<string, JsonValue> {
  if (call.name === "ExitPlanMode") {
    const [choiceMade = ""] = answers[planQuestion.id] ?? [];
    if (choiceMade === approvePlan) return { behavior: "allow", updatedInput: call.input };
    const feedback = planQuestion.options.some(({ label }) => label === choiceMade)
      ? ""
      : ` The user says: ${choiceMade}`;
    return { behavior: "deny", message: `Keep planning: the plan is not approved.${feedback}` };
  }
  const texts = questionsOf(call.input).map(({ id, question }) => [
    question,
    (answers[id] ?? []).join(", "),
  ]);
  const updatedInput: ToolInput = { ...call.input, answers: Object.fromEntries(texts) };
  return { behavior: "allow", updatedInput };
}

function elicitationReply(answer: AskAnswer): JsonValue {
  switch (answer.type) {
    case "content":
      return { action: "accept", content: answer.content };
    case "accept":
      return { action: "accept", content: {} };
    case "decline":
      return { action: "decline" };
    case "answers":
    case "cancel":
      return { action: "cancel" };
  }
}

function questionsOf(input: ToolInput): readonly Question[] {
  const { questions = [] } = questionsInput.safeParse(input).data ?? {};
  return questions.map(({ question, header, options, multiSelect }, index) => ({
    id: `question-${index + 1}`,
    header,
    question,
    options: options.map(({ label, description }) => ({ label, description })),
    multiple: multiSelect,
    freeText: true,
    secret: false,
  }));
}

/** The reason Claude gives for asking; null when it gives none. */
export function reasonOf(
  reason: string | undefined,
  blockedPath: string | undefined,
): string | null {
  return textOf(reason) || (blockedPath === undefined ? null : `It touches ${blockedPath}`);
}
