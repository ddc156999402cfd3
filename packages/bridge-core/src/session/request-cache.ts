import type { RequestId } from "../rpc/frames.ts";

/** A request as the one who repeats it would send it. */
export interface RequestKey {
  readonly id: RequestId;
  /** Equal for equal methods and params. */
  readonly print: string;
  /** It changes nothing, so that running it again is no harm when its answer is gone. */
  readonly repeatable: boolean;
}

/** One request that ran or runs. */
export interface Remembered extends RequestKey {
  /** The attachment it was started over. */
  readonly startedOn: number;
  /** The attachment that asked last: it gets the answer. */
  asker: number;
  /** Null while it runs, and when the answer was too much to keep. */
  answer: string | null;
  done: boolean;
  /** The number its answer was last sent under; null when it was sent to nobody. */
  seq: number | null;
}

/** A request that starts to run over an attachment. */
export function newTicket(key: RequestKey, attachment: number): Remembered {
  const place = { startedOn: attachment, asker: attachment };
  return { ...key, ...place, answer: null, done: false, seq: null };
}

/** How much is remembered. */
export interface RequestCacheLimits {
  readonly answers: number;
  readonly answersLength: number;
}

/**
 * The requests of a session whose answers its client may not have seen, so that one that is sent
 * again over a new connection runs once.
 */
export class RequestCache {
  readonly #limits: RequestCacheLimits;
  /** Oldest first. */
  readonly #all = new Map<RequestId, Remembered>();
  #done = 0;
  #length = 0;

  constructor(limits: RequestCacheLimits) {
    this.#limits = limits;
  }

  get length(): number {
    return this.#length;
  }

  get count(): number {
    return this.#all.size;
  }

  /** The request this one repeats, asked over an earlier attachment. */
  earlier(key: RequestKey, attachment: number): Remembered | undefined {
    const known = this.#all.get(key.id);
    if (known === undefined || known.print !== key.print) return undefined;
    return known.startedOn < attachment ? known : undefined;
  }

  /** Remembers a request that starts to run. */
  start(key: RequestKey, attachment: number): Remembered {
    this.forget(key.id);
    const remembered = newTicket(key, attachment);
    this.#all.set(key.id, remembered);
    return remembered;
  }

  /** True while it is the request of its id: another one may have taken the id since. */
  holds(remembered: Remembered): boolean {
    return this.#all.get(remembered.id) === remembered;
  }

  /**
   * Keeps the answer. Returns the entries that had to go for it: their clients can no longer be told
   * what became of them.
   */
  finish(remembered: Remembered, text: string): readonly Remembered[] {
    remembered.done = true;
    if (!this.holds(remembered)) return [];
    // Behind the others: the answered ones go in the order of their answers.
    this.#all.delete(remembered.id);
    this.#all.set(remembered.id, remembered);
    this.#done += 1;
    if (text.length <= this.#limits.answersLength / 4) {
      remembered.answer = text;
      this.#length += text.length;
    }
    const gone: Remembered[] = [];
    for (const entry of this.#all.values()) {
      if (this.#length <= this.#limits.answersLength && this.#done <= this.#limits.answers) break;
      if (!entry.done) continue;
      if (this.#done > this.#limits.answers) {
        this.forget(entry.id);
        gone.push(entry);
      } else this.#empty(entry);
    }
    return gone;
  }

  forget(id: RequestId): void {
    const entry = this.#all.get(id);
    if (entry === undefined) return;
    this.#empty(entry);
    if (entry.done) this.#done -= 1;
    this.#all.delete(id);
  }

  /**
   * The client has seen everything up to `cursor`, and none of the answers behind it: those it can
   * still ask for.
   */
  resume(cursor: number): void {
    for (const entry of this.#all.values()) {
      if (entry.seq === null) continue;
      if (entry.seq <= cursor) this.forget(entry.id);
      // Later numbers will pass this one without the answer having been seen.
      else entry.seq = null;
    }
  }

  #empty(entry: Remembered): void {
    this.#length -= entry.answer?.length ?? 0;
    entry.answer = null;
  }
}
