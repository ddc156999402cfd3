import type { ThreadOp } from "@fairlead/bridge-core";
import { fieldsOf, textOf } from "../native.ts";

type Kind = "message" | "reasoning";

/**
 * The text and thinking of one conversation's messages. Claude tells each block twice, as deltas and then whole; the
 * deltas win. A key is the message's id, the kind and the block's place among the non-empty ones of its kind, which is
 * the same live and on disk.
 */
export class TextBlocks {
  #streaming = new Places("");
  #whole = new Places("");
  readonly #open = new Map<number, { readonly kind: Kind; key: string | null }>();
  readonly #streamed = new Set<string>();

  /** A message begins to stream. */
  start(message: string): ThreadOp[] {
    const ops = this.abandon();
    this.#streaming = new Places(message);
    this.#streamed.clear();
    return ops;
  }

  /** One event of the message that streams, from `content_block_start` to `content_block_stop`. */
  event(type: unknown, index: unknown, body: unknown): ThreadOp[] {
    if (typeof index !== "number") return [];
    if (type === "content_block_delta") return this.#delta(index, fieldsOf(body));
    if (type === "content_block_start") {
      const kind = kindOf(fieldsOf(body)["type"]);
      if (kind !== null) this.#open.set(index, { kind, key: null });
      return [];
    }
    const key = this.#open.get(index)?.key ?? null;
    this.#open.delete(index);
    return key === null ? [] : [{ op: "close", key }];
  }

  /** A finished block; says nothing new when its deltas were seen. */
  block(message: string, kind: Kind, text: string): ThreadOp[] {
    if (text === "") return [];
    if (this.#whole.message !== message) this.#whole = new Places(message);
    const key = this.#whole.next(kind);
    if (this.#streamed.has(key)) return [];
    return [
      { op: "open", key, item: { type: kind } },
      { op: "text", key, delta: text },
      { op: "close", key },
    ];
  }

  /** The request broke off: what was streamed stays as it is, the next try has keys of its own. */
  abandon(): ThreadOp[] {
    const ops: ThreadOp[] = [];
    for (const { key } of this.#open.values()) if (key !== null) ops.push({ op: "close", key });
    this.#open.clear();
    return ops;
  }

  #delta(index: number, delta: Readonly<Record<string, unknown>>): ThreadOp[] {
    const open = this.#open.get(index);
    if (open === undefined) return [];
    const text = textOf(open.kind === "message" ? delta["text"] : delta["thinking"]);
    if (text === "") return [];
    if (open.key !== null) return [{ op: "text", key: open.key, delta: text }];
    const key = this.#streaming.next(open.kind);
    open.key = key;
    this.#streamed.add(key);
    return [
      { op: "open", key, item: { type: open.kind } },
      { op: "text", key, delta: text },
    ];
  }
}

class Places {
  readonly message: string;
  readonly #taken = { message: 0, reasoning: 0 };

  constructor(message: string) {
    this.message = message;
  }

  next(kind: Kind): string {
    this.#taken[kind] += 1;
    return `${this.message}:${kind}:${this.#taken[kind]}`;
  }
}

function kindOf(type: unknown): Kind | null {
  if (type === "text") return "message";
  return type === "thinking" ? "reasoning" : null;
}
