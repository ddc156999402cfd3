import type { ThreadOp } from "../ops.ts";

/** What a text of the agent's is shown as. */
export type TextKind = "message" | "reasoning";

/**
 * Texts that stream, in pieces or as far as each is known: each opens with its first words, so that
 * none is ever empty.
 */
export class TextItems {
  readonly #open = new Map<string, string>();

  /** A piece of a text. */
  delta(key: string, kind: TextKind, delta: string): ThreadOp[] {
    if (delta === "") return [];
    const told = this.#open.get(key);
    this.#open.set(key, (told ?? "") + delta);
    const text: ThreadOp = { op: "text", key, delta };
    return told === undefined ? [{ op: "open", key, item: { type: kind } }, text] : [text];
  }

  /** A text as far as it is known: tells what is new. What was streamed otherwise stays as it is. */
  known(key: string, kind: TextKind, text: string): ThreadOp[] {
    const told = this.#open.get(key) ?? "";
    return text.startsWith(told) ? this.delta(key, kind, text.slice(told.length)) : [];
  }

  /** The same, and closed when that `isAll` of it. */
  whole(key: string, kind: TextKind, text: string, isAll: boolean): ThreadOp[] {
    const ops = this.known(key, kind, text);
    return isAll ? [...ops, ...this.close(key)] : ops;
  }

  /** It is complete. */
  close(key: string): ThreadOp[] {
    return this.#open.delete(key) ? [{ op: "close", key }] : [];
  }

  /** Nothing more comes of those that are open. */
  abandon(): ThreadOp[] {
    return [...this.#open.keys()].flatMap((key) => this.close(key));
  }
}

/** A text item from start to end; nothing for an empty text. */
export function textItem(key: string, kind: TextKind, text: string): ThreadOp[] {
  const items = new TextItems();
  return [...items.delta(key, kind, text), ...items.close(key)];
}
