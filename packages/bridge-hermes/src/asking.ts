import type { AskAnswer, Settings, ThreadOp } from "@fairlead/bridge-core";
import {
  answerTo,
  callAsk,
  grantOf,
  isWithin,
  textOf,
  WaitingAsks,
  type Fields,
} from "@fairlead/bridge-core/parts";
import type { HermesParams } from "@fairlead/hermes-client";
import { verdictOn, type Verdict } from "./permissions.ts";
import { elicitationIn, questionIn, type GatewayTranslator } from "./translate/gateway.ts";
import { declined, type ToolCall } from "./translate/tools.ts";

/** What asking needs of its thread. */
export interface AskingOptions {
  readonly translator: GatewayTranslator;
  /** What holds now; null when the user stopped the turn. */
  readonly settings: () => Settings | null;
  readonly emit: (ops: readonly ThreadOp[]) => void;
  /** Sends what nobody waits for. */
  readonly request: (method: string, params: HermesParams) => void;
}

/** A call that waits; `why`: why Hermes itself asks, `tell`: lets it run, once, or says why not. */
interface Held {
  readonly key: string;
  readonly call: ToolCall;
  readonly thread?: string | undefined;
  readonly why: string | null;
  readonly tell: (leave: true | string) => void;
}

/** Names of what a question is answered with, where that is no `answer`. */
const answers: Readonly<Record<string, string>> = {
  "sudo.request": "password",
  "secret.request": "value",
};

/** Everything Hermes waits for the user with: leave for a call, answers and secrets. */
export class Asking {
  readonly #options: AskingOptions;
  /** What the user is asked. */
  readonly asks: WaitingAsks;
  /** Calls that its hook was told to let run: Hermes asks about some of them again. */
  readonly #allowed = new Set<string>();

  constructor(options: AskingOptions) {
    this.#options = options;
    this.asks = new WaitingAsks((op) => options.emit([op]));
  }

  /** Takes an event; false when it asks nothing. */
  take(type: string, payload: Fields): boolean {
    if (type === "fairlead.call") this.#called(payload);
    else if (type === "approval.request") this.#mayRun(payload);
    else if (/^(clarify|sudo|secret)\.request$/.test(type)) this.#question(type, payload);
    else return false;
    return true;
  }

  /** A turn is over, by default one of the main thread's. */
  clear(thread?: string): void {
    this.asks.clear(thread);
    const { calls } = this.#options.translator;
    for (const key of this.#allowed) if (!calls.has(key)) this.#allowed.delete(key);
  }

  /** A call that its hook holds. */
  #called(payload: Fields): void {
    const { translator, settings, emit, request } = this.#options;
    const request_id = textOf(payload["request_id"]);
    const { ops, ...held } = translator.called(payload);
    // What Hermes does for itself when nobody waits for it, nobody is shown, or asked about.
    const isUnwanted = translator.turns.open === null && held.thread === undefined;
    if (isUnwanted) translator.calls.delete(held.key);
    else emit(ops);
    const now = settings();
    const verdict =
      now === null ? { refused: "The user stopped the turn." } : verdictOn(held.call, now);
    const isLate = isUnwanted && verdict === "ask";
    this.#judge(isLate ? { refused: "Nothing is changed between turns." } : verdict, {
      ...held,
      why: null,
      tell: (leave) => {
        if (leave === true) this.#allowed.add(held.key);
        request("fairlead.answer", { request_id, answer: leave === true ? "allow" : leave });
      },
    });
  }

  /** Hermes asks by itself: its gateway about a call that was allowed a moment ago. */
  #mayRun(payload: Fields): void {
    const { translator, settings, emit, request } = this.#options;
    const request_id = textOf(payload["request_id"]);
    const why = textOf(payload["description"]) || null;
    const tell = (leave: true | string): void =>
      request("approval.respond", { request_id, choice: leave === true ? "once" : "deny" });
    if (payload["pattern_key"] === "mcp_elicitation") {
      const take = ({ type }: AskAnswer): void => tell(type === "content" || declined);
      return this.asks.put(elicitationIn(payload), take);
    }
    const { ops, ...held } = translator.asked(payload);
    emit(ops);
    const now = settings();
    const isKnown = now !== null && (this.#allowed.has(held.key) || grantOf(now) === "all");
    const verdict = now === null ? { refused: declined } : verdictOn(held.call, now);
    this.#judge(isKnown ? "allow" : verdict, { ...held, why, tell });
  }

  #judge(verdict: Verdict, { key, call, thread, why, tell }: Held): void {
    const { emit, translator } = this.#options;
    const decide = (leave: true | string): void => {
      if (leave !== true) emit(translator.close(key, { status: "declined" }));
      tell(leave);
    };
    if (verdict !== "ask") return decide(verdict === "allow" || verdict.refused);
    const { cwd, path = cwd } = call.place;
    const ask = callAsk({ key, call, inside: isWithin(cwd, path), reason: why });
    this.asks.put(ask, ({ type }) => decide(type === "accept" || declined), thread);
  }

  #question(type: string, payload: Fields): void {
    const { translator, request } = this.#options;
    const request_id = textOf(payload["request_id"]);
    const calls = [...translator.calls];
    const asking = calls.findLast(([, { call }]) => call.name === "clarify") ?? calls.at(-1);
    const [key = "", { thread } = { thread: undefined }] = asking ?? [];
    const take = (answer: AskAnswer): void => {
      const words = answerTo("answer", answer) ?? "";
      request(type.replace("request", "respond"), {
        request_id,
        [answers[type] ?? "answer"]: words,
      });
    };
    this.asks.put({ kind: "questions", key, questions: [questionIn(type, payload)] }, take, thread);
  }
}
