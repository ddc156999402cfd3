import type { ThreadRecorder } from "../turn/recorder.ts";
import type { ThreadServices } from "./services.ts";

interface Work {
  readonly abort: AbortController;
  /** The turn made for it; null when it joined a running one. */
  readonly turnId: string | null;
}

/** What core itself runs for the user inside a thread, such as his own shell command. */
export class UserWork {
  readonly #services: Pick<ThreadServices, "now" | "mint">;
  readonly #running = new Set<Work>();
  #closed = false;

  constructor(services: Pick<ThreadServices, "now" | "mint">) {
    this.#services = services;
  }

  get isRunning(): boolean {
    return this.#running.size > 0;
  }

  /** Runs `work` as part of the running turn, or in a turn of its own when none runs. */
  async run(recorder: ThreadRecorder, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { now, mint } = this.#services;
    const turnId = recorder.openTurnId === null ? mint() : null;
    if (turnId !== null) recorder.begin(turnId, turnId, [], null, now());
    const own = { abort: new AbortController(), turnId };
    this.#running.add(own);
    if (this.#closed) own.abort.abort();
    try {
      await work(own.abort.signal);
    } finally {
      this.#running.delete(own);
      if (turnId !== null && recorder.openTurnId === turnId) {
        recorder.end(own.abort.signal.aborted ? "interrupted" : "completed", null, now());
      }
    }
  }

  /** Ends all of it, and what would still begin. */
  close(): void {
    this.#closed = true;
    for (const { abort } of this.#running) abort.abort();
  }

  /** Ends all of it. True when the turn is core's own, so that no agent needs to be told. */
  abort(turnId: string): boolean {
    for (const { abort } of this.#running) abort.abort();
    return [...this.#running].some((work) => work.turnId === turnId);
  }
}
