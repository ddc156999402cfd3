import type { Ask, AskAnswer, ThreadOp } from "@fairlead/bridge-core";
import {
  answerTo,
  choice,
  isWithin,
  listOf,
  numberOf,
  questionsOf,
  textOf,
  type Fields,
} from "@fairlead/bridge-core/parts";
import type { Data } from "../program.ts";
import type { ToolCall } from "./tools.ts";

/** What a request of Droid's leads to: something to tell, or the answer. */
export type Step =
  | { readonly ops: readonly ThreadOp[] }
  | { readonly id: string; readonly result: Data };

/** A call that Droid asks about, and what it says of it. */
export interface AskedCall {
  readonly key: string;
  readonly call: ToolCall;
  readonly details: Fields;
  readonly cwd: string;
}

interface Waiting {
  readonly request: string;
  readonly params: Fields;
  readonly ask: Ask;
  /** What is asked next when this is allowed. */
  readonly next: readonly AskedCall[];
}

/** What Droid asks, of each request one question to the user at a time. */
export class Requests {
  readonly #waiting = new Map<string, Waiting>();

  /** Asks for leave for these calls, the first of them now; with none, it is given. */
  permission(request: string, params: Fields, calls: readonly AskedCall[]): Step {
    const [first, ...next] = calls;
    if (first === undefined) return decided(request, params, "proceed_once");
    return this.#ask(`${request}:${first.key}`, { request, params, ask: askAbout(first), next });
  }

  /** Droid's own questions, which it counts from 1. */
  questions(request: string, params: Fields): Step {
    const asked = listOf(params["questions"]).map(({ topic: header, options, ...question }) => {
      const labels = Array.isArray(options) ? options.map((label: unknown) => ({ label })) : [];
      return { ...question, header, options: labels };
    });
    const key = textOf(params["toolCallId"]);
    const ask: Ask = { kind: "questions", key, questions: questionsOf(asked) };
    return this.#ask(request, { request, params, ask, next: [] });
  }

  /** The user's answer; tells nothing to what is not asked any more. */
  answer(id: string, answer: AskAnswer): Step {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (waiting === undefined) return { ops: [] };
    const { request, params, ask, next } = waiting;
    if (params["questions"] !== undefined)
      return { id: request, result: answersTo(params, answer) };
    const yes =
      ask.kind === "questions" ? answerTo("go", answer) === goAhead : answer.type === "accept";
    return yes ? this.permission(request, params, next) : decided(request, params, "cancel");
  }

  /** Droid does not wait any more for what it asked. */
  resolved(request: string): readonly ThreadOp[] {
    const ids = [...this.#waiting].filter(([, waiting]) => waiting.request === request);
    return ids.flatMap(([id]) => (this.#waiting.delete(id) ? [{ op: "withdraw", id }] : []));
  }

  #ask(id: string, waiting: Waiting): Step {
    this.#waiting.set(id, waiting);
    return { ops: [{ op: "ask", id, ask: waiting.ask }] };
  }
}

/** Never anything that holds for more than this once, nor what was not offered. */
function decided(id: string, { options }: Fields, value: "proceed_once" | "cancel"): Step {
  const isOffered = listOf(options).some((option) => option["value"] === value);
  return { id, result: { selectedOption: isOffered ? value : "cancel" } };
}

const beyond = "It reaches outside the working folder.";
const goAhead = "Yes, go ahead";

/** The question to the user. `scope` covers this very call only. */
function askAbout({ key, call: { name, item, input }, details, cwd }: AskedCall): Ask {
  if (item.type === "plan") {
    const labels = [goAhead, "No, keep planning"].map((label) => ({ label, description: "" }));
    const question = choice("go", "Plan", "Shall Droid go ahead with this plan?", labels);
    return { kind: "questions", key, questions: [question] };
  }
  if (item.type === "subagent") {
    // It runs in a program of Droid's that is not ours, by Droid's own rules.
    const reason = "Fairlead does not see what the sub-agent does, nor asks about it.";
    return { kind: "command", key, reason, scope: null };
  }
  const said = details["reason"] ?? details["riskLevelReason"] ?? input["riskLevelReason"];
  const reason = textOf(said) || null;
  if (item.type === "fileChange") {
    const paths = item.changes.map(({ path, movedTo }) => movedTo ?? path);
    const why = paths.every((path) => isWithin(cwd, path)) ? reason : beyond;
    return { kind: "fileChange", key, reason: why, scope: `changes of ${paths.join(", ")}` };
  }
  const isCommand = item.type === "command";
  const scope = `${name} ${isCommand ? item.command : JSON.stringify(input)}`;
  return { kind: "command", key, reason: isCommand ? reason : (reason ?? scope), scope };
}

function answersTo(params: Fields, answer: AskAnswer): Data {
  const answers = listOf(params["questions"]).flatMap(({ index, question }, at) => {
    const given = answerTo(`question-${at + 1}`, answer);
    if (given === null) return [];
    return [{ index: numberOf(index) ?? at + 1, question: textOf(question), answer: given }];
  });
  return { cancelled: answers.length === 0, answers };
}
