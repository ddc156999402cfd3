const windowMs = 60_000;
const crashesInWindow = 3;
const restMs = 30_000;

/** Keeps a program that dies again and again from being started without end. */
export class CrashGate {
  readonly #now: () => number;
  #crashesMs: readonly number[] = [];
  #restUntilMs = 0;

  /** `now` gives milliseconds of a clock that only goes forward. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** It died without being asked to, or did not start. The third time within a minute closes the gate. */
  crashed(): void {
    const nowMs = this.#now();
    this.#crashesMs = [...this.#crashesMs.filter((atMs) => nowMs - atMs < windowMs), nowMs];
    if (this.#crashesMs.length < crashesInWindow) return;
    this.#restUntilMs = nowMs + restMs;
    this.#crashesMs = [];
  }

  /** Milliseconds until it may be started again; 0 = now. */
  get closedForMs(): number {
    return Math.max(0, this.#restUntilMs - this.#now());
  }

  /** Somebody asked for a new start. */
  open(): void {
    this.#crashesMs = [];
    this.#restUntilMs = 0;
  }
}
