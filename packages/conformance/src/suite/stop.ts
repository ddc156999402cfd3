/** Why a script cannot go on; the first problem counts. */
export class Stop {
  readonly signal: AbortSignal;
  readonly #controller = new AbortController();

  constructor() {
    this.signal = this.#controller.signal;
  }

  /** Ends whatever waits. */
  because(problem: string): void {
    this.#controller.abort(new Error(problem));
  }

  /** The problem; null while there is none. */
  get problem(): string | null {
    const reason: unknown = this.signal.reason;
    return reason instanceof Error ? reason.message : null;
  }
}
