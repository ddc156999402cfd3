import type { ThreadOp } from "@fairlead/bridge-core";
import { fieldsOf, listOf, numberOf, textOf, type Fields } from "@fairlead/bridge-core/parts";
import { Translator, type TranslatorOptions } from "./translator.ts";

/**
 * Past turns of a session, `begin … end` with times, from what `GET /session/{id}/message` answers,
 * without what a revert has taken back; `children` has the same of the sub-agents' sessions, those
 * of theirs included. Keys are those of live ops, because the messages are told as live events are.
 */
export function historyOps(
  options: TranslatorOptions,
  messages: readonly Fields[],
  children: ReadonlyMap<string, readonly Fields[]>,
): ThreadOp[] {
  const past = new Past(new Translator(options), new Map(children));
  past.session(options.session, messages);
  return past.ops;
}

class Past {
  readonly ops: ThreadOp[] = [];
  readonly #translator: Translator;
  /** Those that are not told yet. */
  readonly #children: Map<string, readonly Fields[]>;
  #nowMs = 0;

  constructor(translator: Translator, children: Map<string, readonly Fields[]>) {
    this.#translator = translator;
    this.#children = children;
  }

  session(sessionID: string, messages: readonly Fields[]): void {
    let overMs = 0;
    for (const message of messages) {
      const info = fieldsOf(message["info"]);
      const { created, completed } = fieldsOf(info["time"]);
      const parts = listOf(message["parts"]);
      const createdMs = numberOf(created) ?? this.#nowMs;
      // What was sent before the answer was over belongs to its turn, and so does a compaction that
      // OpenCode itself begins, with what it sends afterwards.
      const isOwn = parts.some(({ type, auto }) => type === "compaction" && auto === true);
      if (info["role"] === "user") {
        if (!isOwn && createdMs >= overMs) this.#idle(sessionID);
        overMs = isOwn ? Infinity : 0;
      }
      const begun = { ...info, time: { created } };
      this.#tell(createdMs, "message.updated", { sessionID, info: begun });
      for (const part of parts) this.#part(sessionID, part, createdMs);
      if (info["role"] === "user") continue;
      const completedMs = numberOf(completed) ?? this.#nowMs;
      if (info["summary"] !== true) overMs = completedMs;
      this.#tell(completedMs, "message.updated", { sessionID, info });
    }
    this.#idle(sessionID);
  }

  #part(sessionID: string, part: Fields, createdMs: number): void {
    const { status, time, input, metadata } = fieldsOf(part["state"]);
    const { start, end } = fieldsOf(part["time"] ?? time);
    const startMs = numberOf(start) ?? createdMs;
    if (part["type"] === "tool" && status !== "pending") {
      const { sessionId } = fieldsOf(metadata);
      const state = { status: "running", input, metadata: { sessionId } };
      this.#tell(startMs, "message.part.updated", { sessionID, part: { ...part, state } });
      const child = textOf(sessionId);
      const messages = this.#children.get(child);
      this.#children.delete(child);
      if (messages !== undefined) this.session(child, messages);
    }
    this.#tell(numberOf(end) ?? startMs, "message.part.updated", { sessionID, part });
  }

  #idle(sessionID: string): void {
    this.#tell(this.#nowMs, "session.status", { sessionID, status: { type: "idle" } });
  }

  #tell(atMs: number, type: string, properties: Fields): void {
    this.#nowMs = atMs;
    const ops = this.#translator.translate({ type, properties }) ?? [];
    this.ops.push(...ops.map((op) => ({ ...op, atMs })));
  }
}
