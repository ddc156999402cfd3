import type { RequestId } from "../rpc/frames.ts";
import { resolvedId } from "./coalesce.ts";
import type { RingEntry } from "./ring.ts";

/** A server request that no client has answered. */
export interface Question {
  readonly id: RequestId;
  readonly text: string;
  /** Numbers it was first and last put under. */
  readonly first: number;
  last: number;
}

/** What a session's client is asked, and what it need not be asked any more. */
export class Questions {
  readonly #open = new Map<RequestId, Question>();
  /** Their client has not seen them, and need not: they were settled before. */
  readonly #leftOut = new Set<RequestId>();

  open(question: Question): void {
    this.#open.set(question.id, question);
  }

  /** False when it was not open. */
  settle(id: RequestId): boolean {
    return this.#open.delete(id);
  }

  /** Those a client has seen and not answered. */
  *seen(cursor: number): Generator<Question> {
    for (const question of this.#open.values()) if (question.last <= cursor) yield question;
  }

  /**
   * Whether a frame is not for a client that has seen everything up to `cursor`: a question that is
   * settled before it was put is not put, and its end is not told either.
   */
  leavesOut(entry: RingEntry, cursor: number): boolean {
    if (entry.kind === "question") {
      const open = this.#open.get(entry.id);
      if (open?.last === entry.seq) return false;
      if (open === undefined && entry.first > cursor) this.#leftOut.add(entry.id);
      return true;
    }
    if (this.#leftOut.size === 0) return false;
    const id = resolvedId(entry.frame);
    return id !== null && this.#leftOut.has(id);
  }

  /** A frame is held no longer. */
  forget(entry: RingEntry): void {
    if (entry.kind === "question" || this.#leftOut.size === 0) return;
    const id = resolvedId(entry.frame);
    if (id !== null) this.#leftOut.delete(id);
  }
}
