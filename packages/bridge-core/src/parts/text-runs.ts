import type { ThreadOp } from "../ops.ts";
import { TextItems, type TextKind } from "./text-items.ts";

/** Texts that stream without a name: each runs until something else comes, and is named by its number. */
export class TextRuns {
  readonly #texts = new TextItems();
  #run: { readonly key: string; readonly kind: TextKind } | null = null;
  #runs = 0;

  /** The kind of the text that runs; null between texts. */
  get running(): TextKind | null {
    return this.#run?.kind ?? null;
  }

  /** A piece. Blanks at the start belong to no text. */
  delta(kind: TextKind, text: string): ThreadOp[] {
    if (this.#run?.kind === kind) return this.#texts.delta(this.#run.key, kind, text);
    const first = text.trimStart();
    if (first === "") return [];
    const paused = this.pause();
    this.#runs += 1;
    const key = `text-${this.#runs}`;
    this.#run = { key, kind };
    return [...paused, ...this.#texts.delta(key, kind, first)];
  }

  /** Something else comes: the text that ran is complete. */
  pause(): ThreadOp[] {
    this.#run = null;
    return this.#texts.abandon();
  }
}
