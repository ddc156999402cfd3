import type { ThreadOp } from "@fairlead/bridge-core";
import { textOf, type Fields } from "@fairlead/bridge-core/parts";

type Kind = "message" | "reasoning";

/**
 * Text and thinking of one conversation. Claude tells each block twice, as deltas and then whole;
 * the deltas win. A key is the message's id, the kind and the block's place among the non-empty
 * ones of its kind: the same live and on disk.
 */
export class TextBlocks {
  /** The message that streams. */
  #message = "";
  /** How many blocks of each kind have a key: of those that streamed, of those that came whole. */
  readonly #places = { streamed: new Map<string, number>(), whole: new Map<string, number>() };
  readonly #open = new Map<unknown, { readonly kind: Kind; key: string | null }>();
  readonly #streamed = new Set<string>();

  /** A message begins to stream. */
  start(message: string): ThreadOp[] {
    this.#message = message;
    this.#streamed.clear();
    return this.abandon();
  }

  /** Block number `index` of that message begins. */
  blockStart(index: unknown, type: unknown): void {
    if (type === "text") this.#open.set(index, { kind: "message", key: null });
    if (type === "thinking") this.#open.set(index, { kind: "reasoning", key: null });
  }

  /** A piece of it. */
  delta(index: unknown, piece: Fields): ThreadOp[] {
    const open = this.#open.get(index);
    if (open === undefined) return [];
    const delta = textOf(open.kind === "message" ? piece["text"] : piece["thinking"]);
    if (delta === "") return [];
    if (open.key !== null) return [{ op: "text", key: open.key, delta }];
    const key = (open.key = next(this.#places.streamed, `${this.#message}:${open.kind}`));
    this.#streamed.add(key);
    return [
      { op: "open", key, item: { type: open.kind } },
      { op: "text", key, delta },
    ];
  }

  /** It is complete. */
  blockStop(index: unknown): ThreadOp[] {
    const key = this.#open.get(index)?.key ?? null;
    this.#open.delete(index);
    return key === null ? [] : [{ op: "close", key }];
  }

  /** A whole block; says nothing new when its deltas were seen. */
  block(message: string, kind: Kind, text: string): ThreadOp[] {
    if (text === "") return [];
    const key = next(this.#places.whole, `${message}:${kind}`);
    return this.#streamed.has(key) ? [] : wholeText(key, kind, text);
  }

  /** The request broke off: what was streamed stays as it is, the next try has keys of its own. */
  abandon(): ThreadOp[] {
    return [...this.#open.keys()].flatMap((index) => this.blockStop(index));
  }
}

/** A text item from start to end. */
export function wholeText(key: string, kind: Kind, text: string): ThreadOp[] {
  return [
    { op: "open", key, item: { type: kind } },
    { op: "text", key, delta: text },
    { op: "close", key },
  ];
}

function next(places: Map<string, number>, name: string): string {
  const place = (places.get(name) ?? 0) + 1;
  places.set(name, place);
  return `${name}:${place}`;
}
