import { WaitingAsks } from "./waiting-asks.ts";

/** Questions that an agent's requests lead to: a request that waits no more withdraws its own. */
export class RequestAsks extends WaitingAsks {
  readonly #open = new Map<string, AbortController>();

  /** What `work` finds out for a request. Null when the agent does not wait for it any more. */
  async waited<T>(request: string, work: (over: AbortSignal) => Promise<T>): Promise<T | null> {
    const over = new AbortController();
    this.#open.set(request, over);
    const answer = await work(over.signal);
    this.#open.delete(request);
    return over.signal.aborted ? null : answer;
  }

  /** The agent does not wait any more for what it asked. */
  resolved(request: string): void {
    this.#open.get(request)?.abort();
  }
}
