import type { ThreadOp } from "../ops.ts";

/** What a text of the agent's is shown as. */
export type TextKind = "message" | "reasoning";

/** Texts that stream: each opens with its first piece, so that none is ever empty. */
export class TextItems {
  readonly #open = new Set<string>();

  /** A piece of a text. */
  delta(key: string, kind: TextKind, delta: string): ThreadOp[] {
    if (delta === "") return [];
    const text: ThreadOp = { op: "text", key, delta };
    if (this.#open.has(key)) return [text];
    this.#open.add(key);
    return [{ op: "open", key, item: { type: kind } }, text];
  }

  /** It is complete. */
  close(key: string): ThreadOp[] {
    return this.#open.delete(key) ? [{ op: "close", key }] : [];
  }

  /** Nothing more comes of those that are open. */
  abandon(): ThreadOp[] {
    return [...this.#open].flatMap((key) => this.close(key));
  }
}

/** A text item from start to end; nothing for an empty text. */
export function textItem(key: string, kind: TextKind, text: string): ThreadOp[] {
  const items = new TextItems();
  return [...items.delta(key, kind, text), ...items.close(key)];
}
