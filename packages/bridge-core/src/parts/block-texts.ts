import type { ThreadOp } from "../ops.ts";
import { TextItems, textItem, type TextKind } from "./text-items.ts";

/** The texts in messages of numbered blocks, which are told in pieces, whole, or first so and then so. */
export class BlockTexts {
  readonly #items = new TextItems();
  readonly #streamed = new Set<string>();
  /** How often the message that streams was begun anew. */
  #attempt = 0;

  /** A piece of a block. */
  delta(message: string, index: number, kind: TextKind, delta: string): ThreadOp[] {
    const key = this.#key(message, index);
    this.#streamed.add(key);
    return this.#items.delta(key, kind, delta);
  }

  /** A block is complete. */
  close(message: string, index: number): ThreadOp[] {
    return this.#items.close(this.#key(message, index));
  }

  /** A block as it is in the end: what was streamed of it stays as it is. */
  whole(message: string, index: number, kind: TextKind, text: string): ThreadOp[] {
    const key = this.#key(message, index);
    return this.#streamed.delete(key) ? this.#items.close(key) : textItem(key, kind, text);
  }

  /** The message is complete. */
  complete(): void {
    this.#attempt = 0;
  }

  /** The message broke off and will be begun anew: what was streamed stays, the next is another. */
  again(): ThreadOp[] {
    if (this.#streamed.size > 0) this.#attempt += 1;
    this.#streamed.clear();
    return this.#items.abandon();
  }

  /** Nothing more comes of those that are open. */
  abandon(): ThreadOp[] {
    this.complete();
    this.#streamed.clear();
    return this.#items.abandon();
  }

  #key(message: string, index: number): string {
    return `${message}:${index}${this.#attempt === 0 ? "" : `:${this.#attempt}`}`;
  }
}
