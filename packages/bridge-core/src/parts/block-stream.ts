import type { ItemDraft, ThreadOp } from "../ops.ts";
import { BlockTexts } from "./block-texts.ts";
import { jsonFieldsOf, numberOf, textOf, type Fields, type JsonFields } from "./fields.ts";
import { inputIn, type StreamedCall } from "./message-stream.ts";
import type { Outcome } from "./native-turns.ts";
import { OrderedTurns } from "./ordered-turns.ts";
import type { PlanStep } from "./plan-steps.ts";
import { outcomeRead, type OutcomeReading } from "./said-outcome.ts";
import type { TextKind } from "./text-items.ts";

/** Where calls are made. */
export interface CallPlace {
  /** Where relative paths begin. */
  readonly cwd: string;
  /** What files hold that calls will change, by their paths, as far as is known. */
  readonly before: Fields;
}

/** A call without a result yet, and the key of its item. */
export interface RunningCall extends StreamedCall {
  readonly key: string;
}

/** What an agent's tools and words mean. */
export interface BlockTongue extends OutcomeReading {
  readonly item: (name: string, input: JsonFields, place: CallPlace) => ItemDraft;
  /** Paths of files whose content is to be known before a call is shown. */
  readonly changing: (call: StreamedCall) => readonly string[];
  /** The steps that a call sets; null for any other call. */
  readonly steps: (call: StreamedCall) => readonly PlanStep[] | null;
  /** Matches an error's words of a call that was not allowed; its first group, where the agent stops. */
  readonly refusal: RegExp;
}

/**
 * One conversation of an agent that streams the texts of messages of numbered blocks, and then tells
 * each message whole; its store holds the same messages. Pure: holds what one of them needs of an
 * earlier one.
 */
export class BlockStream {
  readonly turns: OrderedTurns = new OrderedTurns();
  /** The user wants the turn to stop. */
  interrupted = false;
  /** Where relative paths begin. */
  cwd: string;
  /** What files hold that calls will change, by their paths. */
  before: Fields = {};
  protected readonly texts: BlockTexts = new BlockTexts();
  readonly #tongue: BlockTongue;
  readonly #isPast: boolean;
  /** Calls without a result yet, by their ids. */
  readonly #calls = new Map<string, RunningCall>();
  /** In which messages of this turn an id named a call: some models count calls anew in each answer. */
  readonly #named = new Map<string, readonly string[]>();
  /** A call was not allowed: the agent stops, and says that it has completed the turn. */
  #isStopped = false;

  /** `past`: what a store tells, where nobody else knows what the user declined. */
  constructor(tongue: BlockTongue, cwd: string, when: "live" | "past") {
    this.#tongue = tongue;
    this.cwd = cwd;
    this.#isPast = when === "past";
  }

  /** Paths of files whose content is to be known, in {@link before}, before these calls are told. */
  changing(blocks: readonly Fields[]): readonly string[] {
    const calls = blocks.filter(({ type }) => type === "tool_use");
    return calls.flatMap((block) => this.#tongue.changing(this.#callOf(block)));
  }

  /** A call's item, opened unless it is; `message`: what it is made in, where that is told. */
  call(
    told: Fields,
    message: string = "",
  ): { readonly ops: ThreadOp[]; readonly call: RunningCall } {
    const id = textOf(told["id"]);
    const known = this.#calls.get(id);
    if (known !== undefined) return { ops: [], call: known };
    const messages = this.#named.get(id) ?? [];
    const key = messages.length === 0 ? id : `${id}:${messages.length + 1}`;
    const call = { ...this.#callOf(told), key };
    const steps = this.#tongue.steps(call);
    if (steps !== null) return { ops: [{ op: "plan", steps }], call };
    // A message that is told again makes no call again.
    if (messages.includes(message)) return { ops: [], call };
    this.#named.set(id, [...messages, message]);
    this.#calls.set(id, call);
    return { ops: [{ op: "open", key, item: call.item }], call };
  }

  /** The call of an id that has no result yet. */
  running(id: string): RunningCall | undefined {
    return this.#calls.get(id);
  }

  /** What was said before is a summary now; in a store that is a turn of its own. */
  compacted(key: string): ThreadOp[] {
    const begun = this.turns.spontaneous(key);
    const item = { type: "compaction" } as const;
    const ops: ThreadOp[] = [...begun, { op: "open", key, item }, { op: "close", key }];
    return begun.length === 0 ? ops : [...ops, ...this.end({ status: "completed" })];
  }

  /** The turn is over. */
  end(outcome: Outcome): ThreadOp[] {
    const isInterrupted = outcome.status === "completed" && this.interrupted && this.#isStopped;
    const told: Outcome = isInterrupted ? { status: "interrupted" } : outcome;
    this.interrupted = false;
    this.#isStopped = false;
    this.#calls.clear();
    this.#named.clear();
    return [...this.texts.abandon(), ...this.turns.end(told)];
  }

  /** A piece of a text; work that nobody asked for is a turn of its own. */
  protected piece(kind: TextKind, message: unknown, index: unknown, delta: unknown): ThreadOp[] {
    const [key, at] = [textOf(message), numberOf(index) ?? 0];
    const text = this.texts.delta(key, at, kind, textOf(delta));
    return [...this.turns.spontaneous(key), ...text];
  }

  /** A message of the agent's that is complete. */
  protected said(key: string, blocks: readonly Fields[]): ThreadOp[] {
    const ops = blocks.flatMap((block, index) => {
      const { type, text, thinking } = block;
      if (type === "tool_use") return this.call(block, key).ops;
      if (type === "text") return this.texts.whole(key, index, "message", textOf(text));
      if (type !== "thinking") return [];
      return this.texts.whole(key, index, "reasoning", textOf(thinking));
    });
    this.texts.complete();
    return [...this.turns.spontaneous(key), ...ops];
  }

  /** A message of the user's, or one of the results of calls. */
  protected prompted(key: string, blocks: readonly Fields[]): ThreadOp[] {
    const results = blocks.filter(({ type }) => type === "tool_result");
    if (results.length === 0) return this.turns.begun(key, inputIn(blocks));
    return results.flatMap(({ tool_use_id: id, is_error: isError, content }) =>
      this.result(textOf(id), content, isError === true),
    );
  }

  /** A call's result; one that is told twice is none the second time. */
  protected result(id: string, content: unknown, failed: boolean): ThreadOp[] {
    const call = this.#calls.get(id);
    if (!this.#calls.delete(id) || call === undefined) return [];
    const { key } = call;
    const refusal = failed ? this.#tongue.refusal.exec(textOf(content)) : null;
    this.#isStopped ||= refusal?.[1] !== undefined;
    // The words of a refusal are for the model.
    if (refusal !== null) {
      return [{ op: "close", key, status: this.#isPast ? "declined" : "failed" }];
    }
    const status = failed ? "failed" : "completed";
    const outcome = outcomeRead(call.item, content, failed, this.#tongue);
    return [{ op: "close", key, status, ...outcome }];
  }

  /** All that a command has printed yet. */
  protected printed(id: string, total: unknown): ThreadOp[] {
    const call = this.#calls.get(id);
    if (call?.item.type !== "command" || typeof total !== "string") return [];
    return [{ op: "output", key: call.key, total }];
  }

  #callOf({ name: named, input: given }: Fields): StreamedCall {
    const [name, input] = [textOf(named), jsonFieldsOf(given)];
    return { name, input, item: this.#tongue.item(name, input, this) };
  }
}
