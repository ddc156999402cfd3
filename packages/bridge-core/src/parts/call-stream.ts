import type { ItemDraft, ThreadOp } from "../ops.ts";
import type { Outcome } from "./native-turns.ts";
import { OrderedTurns } from "./ordered-turns.ts";
import { textItem, type TextKind } from "./text-items.ts";
import { TextRuns } from "./text-runs.ts";
import { textInput } from "./user-input.ts";

/** A call without a result yet. */
export interface OpenCall<C> {
  readonly call: C;
  /** The sub-agent's thread it is made in. */
  readonly thread: string | undefined;
}

/**
 * What a session tells, for agents whose texts stream without names while their calls bear some, and
 * whose sub-agents are sessions, told of by the same stream: the thread of each is named by its own.
 */
export class CallStream<C> {
  readonly turns: OrderedTurns = new OrderedTurns();
  /** Calls without a result yet, by their keys. */
  readonly calls: Map<string, OpenCall<C>> = new Map();
  /** How the turn ended that is over as soon as the session is free. */
  outcome: Outcome | null = null;
  #texts = new TextRuns();
  /** Sub-agents that work. */
  readonly #children = new Set<string>();
  readonly #streamed = new Set<TextKind>();

  /** Work that nobody asked for is a turn of its own. */
  working(): ThreadOp[] {
    return this.turns.spontaneous("work");
  }

  /** A piece of a text. */
  text(kind: TextKind, delta: string): ThreadOp[] {
    this.#streamed.add(kind);
    return [...this.working(), ...this.#texts.delta(kind, delta)];
  }

  /** The whole of it, told at the end of a turn: for models that do not stream. */
  whole(kind: TextKind, key: string, text: string): ThreadOp[] {
    return this.#streamed.has(kind) ? [] : textItem(key, kind, text);
  }

  /** Something else comes: the text that ran is complete. */
  pause(): ThreadOp[] {
    return this.#texts.pause();
  }

  /** A call of a session's begins; `item`: what shows it, null for nothing. */
  open(
    key: string,
    { call, item, session }: { call: C; item: ItemDraft | null; session: string },
  ): { readonly ops: ThreadOp[]; readonly thread: string | undefined } {
    const thread = this.#children.has(session) ? session : undefined;
    this.calls.set(key, { call, thread });
    const shown = item === null ? [] : [within(thread, { op: "open", key, item })];
    return { thread, ops: [...this.pause(), ...shown] };
  }

  /** A call is over, with what its result adds to its item. */
  close(key: string, result: Omit<Extract<ThreadOp, { op: "close" }>, "op" | "key">): ThreadOp[] {
    const thread = this.calls.get(key)?.thread;
    return this.calls.delete(key) ? [within(thread, { op: "close", key, ...result })] : [];
  }

  /** A sub-agent works, for the call `item`. */
  child(thread: string, item: string | null, goal: string): ThreadOp[] {
    if (thread === "" || this.#children.has(thread)) return [];
    this.#children.add(thread);
    return [
      { op: "child", key: thread, item, nativeId: thread, title: goal },
      { op: "begin", thread, turn: thread, input: [textInput(goal)] },
    ];
  }

  /** It is done: `completed`, `failed`, or anything else for stopped. */
  childEnd(thread: string, status: unknown, summary: string): ThreadOp[] {
    if (!this.#children.delete(thread)) return [];
    this.#forget(thread);
    const said = textItem("summary", "message", summary).map((op) => within(thread, op));
    const end = { op: "end", turn: thread, thread } as const;
    const message = summary || "The sub-agent failed.";
    if (status === "failed" || status === "error") {
      return [...said, { ...end, status: "failed", failure: { kind: "other", message } }];
    }
    return [...said, { ...end, status: status === "completed" ? "completed" : "interrupted" }];
  }

  /**
   * The open turn is over. `key`: what its store calls it, where that is known. Texts are named anew in
   * the next one; sub-agents go on behind a turn that is completed.
   */
  end(key: string | null): ThreadOp[] {
    const outcome = this.outcome ?? { status: "completed" };
    const { open } = this.turns;
    const alias: ThreadOp[] = open === null || key === null ? [] : [{ op: "alias", id: open, key }];
    const stopped = outcome.status === "completed" ? [] : [...this.#children];
    const children = stopped.flatMap((child) => this.childEnd(child, "interrupted", ""));
    const paused = this.pause();
    this.outcome = null;
    this.#forget(undefined);
    this.#streamed.clear();
    this.#texts = new TextRuns();
    return [...paused, ...children, ...alias, ...this.turns.end(outcome)];
  }

  /** Nothing more comes of the calls that were made there. */
  #forget(thread: string | undefined): void {
    for (const [key, each] of this.calls) if (each.thread === thread) this.calls.delete(key);
  }
}

function within(thread: string | undefined, op: ThreadOp): ThreadOp {
  return thread === undefined ? op : { ...op, thread };
}
