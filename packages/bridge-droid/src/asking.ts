import type { Ask, AskAnswer, BridgeHost, Settings, ThreadOp } from "@fairlead/bridge-core";
import {
  answerTo,
  callAsk,
  changesWithin,
  choice,
  fieldsOf,
  listOf,
  numberOf,
  questionsOf,
  RequestAsks,
  textOf,
  type AskingCall,
  type Fields,
  type HookGate,
  type RunningCall,
} from "@fairlead/bridge-core/parts";
import { isGranted } from "./permissions.ts";
import type { Data } from "./program.ts";
import type { Translator } from "./translate/translator.ts";

/** What asking needs of its thread. */
export interface AskingOptions {
  readonly log: BridgeHost["log"];
  readonly gate: HookGate;
  readonly translator: Translator;
  readonly settings: () => Settings;
  /** The user has agreed to a plan: what follows is no plan any more. */
  readonly agreed: () => void;
  readonly emit: (ops: readonly ThreadOp[]) => void;
  /** Answers a request; null: it is not known. */
  readonly reply: (id: string, result: Data | null) => Promise<void>;
}

/** What Droid and our hook in it ask: of each request one question to the user at a time. */
export class Asking {
  readonly #options: AskingOptions;
  readonly #asks: RequestAsks;

  constructor(options: AskingOptions) {
    this.#options = options;
    this.#asks = new RequestAsks((op) => options.emit([op]));
  }

  /** The user's answer. */
  answer(ask: string, answer: AskAnswer): void {
    this.#asks.answer(ask, answer);
  }

  /** Droid does not wait any more for what it asked. */
  resolved(request: string): void {
    this.#asks.resolved(request);
  }

  /** Our hook waits for leave. What is granted goes Droid's way, which we answer. */
  async held(id: string): Promise<void> {
    const { gate, translator } = this.#options;
    const call = translator.running(id);
    if (call === undefined) return;
    gate.hold(id, { name: call.name, input: call.input });
    if (this.#isGranted(call)) return void gate.decide(id, null);
    const mayRun = await this.#asks.waited(id, (over) =>
      this.#mayRun(id, [this.#asking(call)], over),
    );
    if (mayRun !== null) gate.decide(id, mayRun ? "allow" : "deny");
  }

  /** The hook does not wait any more. */
  passed(id: string): void {
    this.#options.gate.drop(id, "deny");
    this.resolved(id);
  }

  /** A request of Droid's. */
  async requested(method: string, id: string, params: Fields): Promise<void> {
    const { log, reply } = this.#options;
    const isQuestions = method === "droid.ask_user";
    if (!isQuestions && method !== "droid.request_permission") {
      log("warn", `droid: a request of unknown kind, ${method}`, params);
      return reply(id, null);
    }
    const answer = await this.#asks.waited(id, (over) =>
      isQuestions ? this.#questions(id, params, over) : this.#permission(id, params, over),
    );
    if (answer !== null) await reply(id, answer);
  }

  /** What still waits in a session that is loaded. */
  async pending({ pendingPermissions, pendingAskUserRequests }: Fields): Promise<void> {
    const ask = (method: string, asked: unknown) =>
      listOf(asked).map((params) => this.requested(method, textOf(params["requestId"]), params));
    await Promise.all([
      ...ask("droid.request_permission", pendingPermissions),
      ...ask("droid.ask_user", pendingAskUserRequests),
    ]);
  }

  async #permission(id: string, params: Fields, over: AbortSignal): Promise<Data> {
    const { emit, translator } = this.#options;
    const calls = listOf(params["toolUses"]).flatMap((told): AskingCall[] => {
      const { ops, call } = translator.call(fieldsOf(told["toolUse"]));
      emit(ops);
      // Beyond the call itself, Droid's sandbox or shield may hold it.
      const isPlain = !/violation/.test(textOf(told["confirmationType"]));
      if (isPlain && this.#isGranted(call)) return [];
      return [this.#asking(call, fieldsOf(told["details"]))];
    });
    const mayRun = await this.#mayRun(id, calls, over);
    // Never anything that holds for more than this once, nor what was not offered.
    const isOffered = listOf(params["options"]).some(({ value }) => value === "proceed_once");
    return { selectedOption: mayRun && isOffered ? "proceed_once" : "cancel" };
  }

  async #mayRun(id: string, calls: readonly AskingCall[], over: AbortSignal): Promise<boolean> {
    for (const call of calls) {
      const answer = await this.#asks.ask(`${id}:${call.key}`, askAbout(call), over);
      if (answer.type !== "accept" && answerTo("go", answer) !== goAhead) return false;
      if (call.call.item.type === "plan") this.#options.agreed();
    }
    return true;
  }

  /** Droid's own questions, which it counts from 1. */
  async #questions(id: string, params: Fields, over: AbortSignal): Promise<Data> {
    const asked = listOf(params["questions"]).map(({ topic: header, options, ...question }) => {
      const labels = Array.isArray(options) ? options.map((label: unknown) => ({ label })) : [];
      return { ...question, header, options: labels };
    });
    const toolCall = textOf(params["toolCallId"]);
    const key = this.#options.translator.running(toolCall)?.key ?? toolCall;
    const questions = questionsOf(asked);
    return answersTo(params, await this.#asks.ask(id, { kind: "questions", key, questions }, over));
  }

  #asking(call: RunningCall, details: Fields = {}): AskingCall {
    const said = details["reason"] ?? details["riskLevelReason"] ?? call.input["riskLevelReason"];
    const inside = changesWithin(this.#options.translator.cwd, call.item);
    return { key: call.key, call, inside, reason: textOf(said) || null };
  }

  #isGranted(call: RunningCall): boolean {
    const { settings, translator } = this.#options;
    return isGranted(call, { settings: settings(), cwd: translator.cwd });
  }
}

const goAhead = "Yes, go ahead";

function askAbout(asked: AskingCall): Ask {
  const { key, call } = asked;
  if (call.item.type === "plan") {
    const labels = [goAhead, "No, keep planning"].map((label) => ({ label, description: "" }));
    const question = choice("go", "Plan", "Shall Droid go ahead with this plan?", labels);
    return { kind: "questions", key, questions: [question] };
  }
  if (call.item.type !== "subagent") return callAsk(asked);
  // It runs in a program of Droid's that is not ours, by Droid's own rules.
  const reason = "Fairlead does not see what the sub-agent does, nor asks about it.";
  return { kind: "command", key, reason, scope: null };
}

function answersTo(params: Fields, answer: AskAnswer): Data {
  const answers = listOf(params["questions"]).flatMap(({ index, question }, at) => {
    const given = answerTo(`question-${at + 1}`, answer);
    if (given === null) return [];
    return [{ index: numberOf(index) ?? at + 1, question: textOf(question), answer: given }];
  });
  return { cancelled: answers.length === 0, answers };
}
