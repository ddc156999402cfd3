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
  readonly #children: Map<string, readonly Fields[]>;
  #nowMs = 0;

  constructor(translator: Translator, children: Map<string, readonly Fields[]>) {
    this.#translator = translator;
    this.#children = children;
  }

  session(session: string, messages: readonly Fields[]): void {
    let answeredMs = 0;
    let compacting = false;
    let compacted = false;
    for (const { info: message, parts: list } of messages) {
      const info = fieldsOf(message);
      const parts = listOf(list);
      const { created, completed } = fieldsOf(info["time"]);
      const createdMs = numberOf(created) ?? this.#nowMs;
      if (info["role"] === "user") {
        // What was sent before the answer was over, or stands for a compaction, belongs to its turn.
        const auto = parts.some(({ type, auto: own }) => type === "compaction" && own === true);
        if (!auto && !compacted && createdMs >= answeredMs) this.#idle(session);
        this.#tell(createdMs, "message.updated", { sessionID: session, info });
        for (const part of parts) this.#part(session, part, createdMs);
        compacting = auto;
        compacted = false;
        continue;
      }
      const begun = { ...info, time: { created } };
      this.#tell(createdMs, "message.updated", { sessionID: session, info: begun });
      for (const part of parts) this.#part(session, part, createdMs);
      answeredMs = numberOf(completed) ?? this.#nowMs;
      this.#tell(answeredMs, "message.updated", { sessionID: session, info });
      compacted = compacting && info["summary"] === true;
    }
    this.#idle(session);
  }

  #part(session: string, part: Fields, createdMs: number): void {
    const state = fieldsOf(part["state"]);
    const { start, end } = fieldsOf(part["time"] ?? state["time"]);
    const startMs = numberOf(start) ?? createdMs;
    // Text that a crash cut short has no end.
    const time = part["time"] === undefined ? {} : { time: { start, end: end ?? start } };
    const told = { sessionID: session, part: { ...part, ...time } };
    if (part["type"] === "tool" && state["status"] !== "pending") {
      const { metadata, input } = state;
      const child = textOf(fieldsOf(metadata)["sessionId"]);
      const running = {
        status: "running",
        input,
        metadata: { sessionId: child || undefined },
      };
      this.#tell(startMs, "message.part.updated", { ...told, part: { ...part, state: running } });
      const messages = this.#children.get(child) ?? [];
      this.#children.delete(child);
      if (messages.length > 0) this.session(child, messages);
    }
    this.#tell(numberOf(end) ?? startMs, "message.part.updated", told);
  }

  /** Twice, as after an answer that was never completed. */
  #idle(session: string): void {
    const told = { sessionID: session, status: { type: "idle" } };
    for (const _ of [1, 2]) this.#tell(this.#nowMs, "session.status", told);
  }

  #tell(atMs: number, type: string, properties: Fields): void {
    this.#nowMs = atMs;
    const ops = this.#translator.translate({ type, properties }) ?? [];
    this.ops.push(...ops.map((op) => ({ ...op, atMs })));
  }
}
