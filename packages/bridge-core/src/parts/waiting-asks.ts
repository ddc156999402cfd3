import type { Ask, AskAnswer, ThreadOp } from "../ops.ts";

interface WaitingAsk {
  readonly take: (answer: AskAnswer) => void;
  /** The sub-agent's thread it was asked in. */
  readonly thread?: string | undefined;
}

/** Questions to the user whose askers wait for the answer. */
export class WaitingAsks {
  readonly #emit: (op: ThreadOp) => void;
  readonly #waiting = new Map<string, WaitingAsk>();
  #numbered = 0;

  constructor(emit: (op: ThreadOp) => void) {
    this.#emit = emit;
  }

  /** Asks, and resolves with the answer: `cancel` where `taken` aborts, for then nobody waits any more. */
  async ask(id: string, ask: Ask, taken?: AbortSignal): Promise<AskAnswer> {
    const answered = new Promise<AskAnswer>((take) => this.#waiting.set(id, { take }));
    const withdraw = (): void => {
      this.#emit({ op: "withdraw", id });
      this.answer(id, { type: "cancel" });
    };
    taken?.addEventListener("abort", withdraw, { once: true });
    this.#emit({ op: "ask", id, ask });
    try {
      return await answered;
    } finally {
      taken?.removeEventListener("abort", withdraw);
    }
  }

  /**
   * Asks under the next number, in a sub-agent's thread where one is named. The answer goes to `take`
   * at once, so that what that sends stands before what whoever answers or cancels sends next.
   */
  put(ask: Ask, take: (answer: AskAnswer) => void, thread?: string): void {
    this.#numbered += 1;
    const id = `ask-${this.#numbered}`;
    this.#waiting.set(id, { take, thread });
    this.#emit({ op: "ask", id, ask, ...(thread !== undefined && { thread }) });
  }

  /** Hands over an answer; false when it is to no question of these. */
  answer(id: string, answer: AskAnswer): boolean {
    const asker = this.#waiting.get(id);
    this.#waiting.delete(id);
    asker?.take(answer);
    return asker !== undefined;
  }

  /** Nobody is asked any more: every asker is told so. */
  cancel(): void {
    for (const id of [...this.#waiting.keys()]) this.answer(id, { type: "cancel" });
  }

  /** Nobody is asked any more in this sub-agent's thread, by default the main one, and no asker is left. */
  clear(thread?: string): void {
    for (const [id, asker] of this.#waiting) {
      if (asker.thread === thread) this.#waiting.delete(id);
    }
  }
}
