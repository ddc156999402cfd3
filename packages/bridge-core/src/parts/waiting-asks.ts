import type { Ask, AskAnswer, ThreadOp } from "../ops.ts";

/** Questions to the user whose askers wait for the answer. */
export class WaitingAsks {
  readonly #emit: (op: ThreadOp) => void;
  readonly #waiting = new Map<string, (answer: AskAnswer) => void>();
  /** The sub-agents' threads that were asked in, by the questions. */
  readonly #threads = new Map<string, string>();
  #numbered = 0;

  constructor(emit: (op: ThreadOp) => void) {
    this.#emit = emit;
  }

  /** Asks, and resolves with the answer: `cancel` where `taken` aborts, for then nobody waits any more. */
  async ask(id: string, ask: Ask, taken?: AbortSignal): Promise<AskAnswer> {
    const answered = new Promise<AskAnswer>((resolve) => this.#waiting.set(id, resolve));
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
      this.#waiting.delete(id);
    }
  }

  /**
   * Asks under the next number, in a sub-agent's thread where one is named. The answer goes to `take`
   * at once, so that what that sends stands before what whoever answers or cancels sends next.
   */
  put(ask: Ask, take: (answer: AskAnswer) => void, thread?: string): void {
    this.#numbered += 1;
    const id = `ask-${this.#numbered}`;
    if (thread !== undefined) this.#threads.set(id, thread);
    this.#waiting.set(id, (answer) => {
      this.#waiting.delete(id);
      take(answer);
    });
    this.#emit({ op: "ask", id, ask, ...(thread !== undefined && { thread }) });
  }

  /** Hands over an answer; false when it is to no question of these. */
  answer(id: string, answer: AskAnswer): boolean {
    const take = this.#waiting.get(id);
    take?.(answer);
    return take !== undefined;
  }

  /** Nobody is asked any more: every asker is told so. */
  cancel(): void {
    for (const id of [...this.#waiting.keys()]) this.answer(id, { type: "cancel" });
  }

  /** Nobody is asked any more in this sub-agent's thread, by default the main one, and no asker is left. */
  clear(thread?: string): void {
    for (const id of [...this.#waiting.keys()]) {
      if (this.#threads.get(id) === thread) this.#waiting.delete(id);
    }
  }
}
