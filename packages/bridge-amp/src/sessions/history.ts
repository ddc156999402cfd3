import type { ThreadOp } from "@fairlead/bridge-core";
import {
  fieldsOf,
  listOf,
  idIn,
  inputIn,
  messageBlocks,
  numberOf,
  opsBehind,
  PastTurns,
  textOf,
  type Fields,
  type MessageStream,
} from "@fairlead/bridge-core/parts";
import type { Absolute } from "../translate/tools.ts";
import { ampStream } from "../translate/translator.ts";

/** What a thread that Amp exports tells, as ops; from the turn behind `after`. Pure. */
export function historyOf(thread: unknown, after: string | null, absolute: Absolute): ThreadOp[] {
  const history = new History(absolute);
  const { messages, created } = fieldsOf(thread);
  for (const message of listOf(messages)) history.take(message, numberOf(created) ?? 0);
  history.end();
  const ops = history.past.turns.flatMap((turn) => turn.ops);
  return [...opsBehind(ops, after)];
}

class History {
  readonly past = new PastTurns();
  readonly #translator: MessageStream;
  #atMs = 0;
  #count = 0;

  constructor(absolute: Absolute) {
    this.#translator = ampStream("", absolute);
  }

  take(message: Fields, createdMs: number): void {
    const { role, messageId, id, meta, usage, state } = message;
    const sent = numberOf(fieldsOf(meta)["sentAt"]);
    const answered = Date.parse(textOf(fieldsOf(usage)["timestamp"]));
    this.#atMs = sent ?? (answered || Math.max(this.past.lastMs, createdMs));
    this.#count += 1;
    const blocks = messageBlocks(message["content"]);
    if (role === "user") return this.#user(idIn(messageId ?? id) || `${this.#count}`, blocks);
    if (role !== "assistant") return;
    const { type, stopReason } = fieldsOf(state);
    const content = { id: `past-${this.#count}`, content: blocks, stop_reason: stopReason };
    this.#play({ type: "assistant", message: content });
    if (type === "cancelled") this.past.push(this.#atMs, this.#translator.interrupted());
  }

  /** A turn that has no end was cut. */
  end(): void {
    this.past.push(this.#atMs, this.#translator.interrupted());
  }

  #user(key: string, blocks: readonly Fields[]): void {
    const results = blocks.filter(({ type }) => type === "tool_result").map(resultOf);
    if (results.length > 0) this.#play({ type: "user", message: { content: results } });
    const said = inputIn(blocks);
    if (said.length === 0) return;
    const { turns } = this.#translator;
    // What is said in the middle of a turn is more input for it.
    this.past.push(this.#atMs, [
      ...(turns.open === null ? [] : ([{ op: "alias", id: turns.open, key }] as const)),
      ...turns.begun(key, said),
    ]);
  }

  #play(frame: Fields): void {
    const ops = this.#translator.translate(frame) ?? [];
    this.past.push(
      this.#atMs,
      ops.filter(({ op }) => op !== "usage" && op !== "notice"),
    );
  }
}

/** A result as Amp keeps it, in the form in which it prints one. */
function resultOf(block: Fields): Fields {
  const { status, result, error, progress } = fieldsOf(block["run"] ?? block);
  const told = result ?? block["output"] ?? error ?? progress ?? block["content"];
  return {
    type: "tool_result",
    tool_use_id: block["toolUseID"] ?? block["tool_use_id"],
    content: typeof told === "string" || Array.isArray(told) ? told : JSON.stringify(told ?? ""),
    is_error: (typeof status === "string" && status !== "done") || block["is_error"] === true,
  };
}
