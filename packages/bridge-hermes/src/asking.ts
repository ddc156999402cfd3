import type { Ask, AskAnswer, Settings, ThreadOp } from "@fairlead/bridge-core";
import { answerTo, grantOf, textOf, type Fields } from "@fairlead/bridge-core/parts";
import type { Params } from "./channels/channel.ts";
import { verdictOn } from "./permissions.ts";
import { questionIn, type GatewayTranslator } from "./translate/gateway.ts";
import { askAbout, declined } from "./translate/tools.ts";

/** What asking needs of its thread. */
export interface AskingOptions {
  readonly translator: GatewayTranslator;
  /** What holds now; null when the user stopped the turn. */
  readonly settings: () => Settings | null;
  readonly emit: (ops: readonly ThreadOp[]) => void;
  /** Sends what nobody waits for. */
  readonly request: (method: string, params: Params) => void;
}

/** What a request of Hermes' is answered with. */
interface Waiting {
  readonly method: string;
  readonly params: Params;
  /** Key of the call it is about; null for a question. */
  readonly call: string | null;
}

/** Everything Hermes waits for the user with: leave for a call, answers and secrets. */
export class Asking {
  readonly #options: AskingOptions;
  readonly #waiting = new Map<string, Waiting>();
  /** Calls that were allowed: Hermes asks about some of them again. */
  readonly #allowed = new Set<string>();
  #asked = 0;

  constructor(options: AskingOptions) {
    this.#options = options;
  }

  /** Takes an event; false when it asks nothing. */
  take(type: string, payload: Fields): boolean {
    if (type === "fairlead.call") this.#called(payload);
    else if (type === "approval.request") this.#mayRun(payload);
    else if (/^(clarify|sudo|secret)\.request$/.test(type)) this.#question(type, payload);
    else return false;
    return true;
  }

  /** The user's answer. */
  answer(ask: string, answer: AskAnswer): void {
    const waiting = this.#waiting.get(ask);
    if (waiting === undefined || !this.#waiting.delete(ask)) return;
    const words = answerTo("answer", answer) ?? "";
    if (waiting.call !== null) return this.#decide(waiting, answer.type === "accept" || declined);
    const name = { "sudo.respond": "password", "secret.respond": "value" }[waiting.method];
    this.#options.request(waiting.method, { ...waiting.params, [name ?? "answer"]: words });
  }

  /** Nothing that waits is allowed or answered. */
  cancel(): void {
    for (const id of [...this.#waiting.keys()]) this.answer(id, { type: "cancel" });
  }

  /** The turn is over. */
  clear(): void {
    this.#waiting.clear();
    this.#allowed.clear();
  }

  /** A call that its hook holds. */
  #called(payload: Fields): void {
    const { translator, settings } = this.#options;
    const params = { request_id: textOf(payload["request_id"]) };
    const { key, call, thread, ops } = translator.called(payload);
    const waiting = { method: "fairlead.answer", params, call: key };
    // What Hermes does for itself when nobody waits for it, nobody is shown, or asked about.
    const isUnwanted = translator.turns.open === null && thread === undefined;
    if (isUnwanted) translator.calls.delete(key);
    else this.#options.emit(ops);
    const now = settings();
    const verdict = now === null ? { refused: "The user stopped the turn." } : verdictOn(call, now);
    if (verdict === "ask" && isUnwanted)
      return this.#decide(waiting, "Nothing is changed between turns.");
    if (verdict === "ask") return this.#ask(waiting, askAbout(key, call, null), thread);
    this.#decide(waiting, verdict === "allow" || verdict.refused);
  }

  /** Hermes asks by itself: mostly about a call that was allowed a moment ago. */
  #mayRun({ command, description, request_id, tool_name, args }: Fields): void {
    const { translator, settings, emit } = this.#options;
    const now = settings();
    const words = textOf(command);
    const open = [...translator.calls].find(([, { call }]) => {
      const { command: text, code } = call.input;
      return text === words || (typeof code === "string" && words.includes(code));
    });
    const told = { tool_name: tool_name ?? "terminal", args: args ?? { command } };
    const { ops, key, call } =
      open === undefined
        ? translator.called({ ...told, request_id: `asked-${this.#asked + 1}` })
        : { ops: [], key: open[0], call: open[1].call };
    emit(ops);
    const params = typeof request_id === "string" ? { request_id } : {};
    const waiting = { method: "approval.respond", params, call: key };
    if (now === null) return this.#decide(waiting, declined);
    const isKnown = this.#allowed.has(key) || grantOf(now) === "all";
    const verdict = isKnown ? "allow" : verdictOn(call, now);
    const reason = textOf(description) || null;
    if (verdict === "ask") return this.#ask(waiting, askAbout(key, call, reason), undefined);
    this.#decide(waiting, verdict === "allow" || verdict.refused);
  }

  #question(type: string, payload: Fields): void {
    const params = { request_id: textOf(payload["request_id"]) };
    const calls = [...this.#options.translator.calls];
    const asking = calls.findLast(([, { call }]) => call.name === "clarify") ?? calls.at(-1);
    const key = asking?.[0] ?? "";
    const waiting = { method: type.replace("request", "respond"), params, call: null };
    const questions = [questionIn(type, payload)];
    this.#ask(waiting, { kind: "questions", key, questions }, asking?.[1].thread);
  }

  #ask(waiting: Waiting, ask: Ask, thread: string | undefined): void {
    this.#asked += 1;
    const id = `ask-${this.#asked}`;
    this.#waiting.set(id, waiting);
    this.#options.emit([{ op: "ask", id, ask, ...(thread !== undefined && { thread }) }]);
  }

  /** Lets a call run, once, or says why not. */
  #decide({ method, params, call }: Waiting, verdict: true | string): void {
    const { translator, emit, request } = this.#options;
    const isYes = verdict === true;
    if (isYes && call !== null) this.#allowed.add(call);
    else if (call !== null) emit(translator.refused(call));
    const isOwn = method === "approval.respond";
    const answer = isOwn
      ? { choice: isYes ? "once" : "deny" }
      : { answer: isYes ? "allow" : verdict };
    request(method, { ...params, ...answer });
  }
}
