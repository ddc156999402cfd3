/** Frames that say that something is over. */
const kept: ReadonlySet<string> = new Set([
  "thread/status/changed",
  "turn/completed",
  "serverRequest/resolved",
]);
const maxKept = 256;

/** A frame as it was told. */
export interface ToldFrame {
  readonly method: string;
  readonly text: string;
}

/**
 * What a client was last told to be over. One that lost more than its session keeps still has to hear
 * of the ends: many clients ignore that they have lost something.
 */
export class RecentEnds {
  readonly #all: (ToldFrame & { readonly seq: number })[] = [];

  /** `seq`: its number; Infinity when it was given to nobody. */
  add(method: string, text: string, seq: number): void {
    if (!kept.has(method)) return;
    this.#all.push({ method, text, seq });
    if (this.#all.length > maxKept) this.#all.shift();
  }

  /** Takes away those with a higher number. */
  takeAfter(seq: number): readonly ToldFrame[] {
    return this.#all.splice(0).filter((frame) => frame.seq > seq);
  }
}
