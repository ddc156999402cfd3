import type { Ask, AskAnswer, ThreadOp } from "@fairlead/bridge-core";
import {
  answerTo,
  choice,
  fieldsOf,
  listOf,
  numberOf,
  questionsOf,
  textOf,
  type Fields,
} from "@fairlead/bridge-core/parts";
import type { Data } from "../program.ts";
import type { ToolCall } from "./tools.ts";

/** What a request of Droid's leads to: something to tell, and the answer when there is one. */
export interface Step {
  readonly ops: readonly ThreadOp[];
  readonly reply: { readonly id: string; readonly result: Data } | null;
}

/** A call that Droid asks about: `told` is what it says of it. */
export interface AskedCall {
  readonly key: string;
  readonly call: ToolCall;
  readonly told: Fields;
}

interface Waiting {
  readonly request: string;
  readonly ask: Ask;
  /** What is asked next when this is allowed. */
  readonly next: readonly AskedCall[];
  readonly params: Fields;
}

/** What Droid asks, one question to the user at a time. */
export class Requests {
  readonly #waiting = new Map<string, Waiting>();

  /** Asks for leave for these calls, the first of them now; with none, it is given. */
  permission(request: string, params: Fields, calls: readonly AskedCall[]): Step {
    const [first, ...next] = calls;
    if (first === undefined) return { ops: [], reply: decided(request, params, "proceed_once") };
    const ask = askAbout(first, params);
    return this.#ask(`${request}:${first.key}`, { request, ask, next, params });
  }

  /** Droid's own questions, which it counts from 1. */
  questions(request: string, params: Fields): Step {
    const asked = listOf(params["questions"]).map(({ topic, question, options, multiSelect }) => ({
      header: topic,
      question,
      multiSelect,
      options: Array.isArray(options) ? options.map((label: unknown) => ({ label })) : [],
    }));
    const key = textOf(params["toolCallId"]);
    const ask: Ask = { kind: "questions", key, questions: questionsOf(asked) };
    return this.#ask(request, { request, ask, next: [], params });
  }

  /** The user's answer; null to what is not asked any more. */
  answer(id: string, answer: AskAnswer): Step | null {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (waiting === undefined) return null;
    const { request, ask, next, params } = waiting;
    if (ask.kind === "questions" && params["questions"] !== undefined) {
      return { ops: [], reply: { id: request, result: answersTo(params, answer) } };
    }
    const isYes = ask.kind === "questions" ? isApproval(params, answer) : answer.type === "accept";
    if (isYes) return this.permission(request, params, next);
    return { ops: [], reply: decided(request, params, "cancel") };
  }

  /** Droid does not wait any more for what it asked. */
  resolved(request: string): readonly ThreadOp[] {
    const ids = [...this.#waiting].filter(([, waiting]) => waiting.request === request);
    return ids.map(([id]) => {
      this.#waiting.delete(id);
      return { op: "withdraw", id };
    });
  }

  /** The turn is over: it asks nothing any more. */
  clear(): void {
    this.#waiting.clear();
  }

  #ask(id: string, waiting: Waiting): Step {
    this.#waiting.set(id, waiting);
    return { ops: [{ op: "ask", id, ask: waiting.ask }], reply: null };
  }
}

/** Never anything that holds for more than this once, nor what was not offered. */
function decided(id: string, params: Fields, value: "proceed_once" | "cancel"): Step["reply"] {
  const isOffered = listOf(params["options"]).some((option) => option["value"] === value);
  return { id, result: { selectedOption: isOffered ? value : "cancel" } };
}

/** The question to the user. `scope` covers this very call only. */
function askAbout({ key, call, told }: AskedCall, params: Fields): Ask {
  const { details } = told;
  const { riskLevelReason, reason } = fieldsOf(details);
  const { item, name } = call;
  if (item.type === "plan") {
    const options = [labelOf(params, "proceed_once"), labelOf(params, "cancel")];
    const labels = options.map((label) => ({ label, description: "" }));
    return {
      kind: "questions",
      key,
      questions: [choice("go", "Plan", "Shall Droid go ahead with this plan?", labels)],
    };
  }
  const why = textOf(reason) || textOf(riskLevelReason ?? call.input["riskLevelReason"]) || null;
  if (item.type === "fileChange") {
    const paths = item.changes.map(({ path }) => path).join(", ");
    return { kind: "fileChange", key, reason: why, scope: `changes of ${paths}` };
  }
  const given = item.type === "command" ? item.command : JSON.stringify(call.input);
  const scope = `${name} ${given}`;
  return { kind: "command", key, reason: item.type === "command" ? why : (why ?? scope), scope };
}

function labelOf(params: Fields, value: string): string {
  const option = listOf(params["options"]).find((each) => each["value"] === value);
  return textOf(option?.["label"]) || (value === "cancel" ? "No" : "Yes");
}

function isApproval(params: Fields, answer: AskAnswer): boolean {
  return answerTo("go", answer) === labelOf(params, "proceed_once");
}

function answersTo(params: Fields, answer: AskAnswer): Data {
  const answers = listOf(params["questions"]).flatMap(({ index, question }, at) => {
    const given = answerTo(`question-${at + 1}`, answer);
    if (given === null) return [];
    return [{ index: numberOf(index) ?? at + 1, question: textOf(question), answer: given }];
  });
  return { cancelled: answers.length === 0, answers };
}
