import type { BridgeHost } from "../adapter.ts";
import { BridgeError } from "../errors.ts";

/** Requests to an agent that wait for its answer, for protocols that are no JSON-RPC. */
export class PendingAnswers<T> {
  readonly #host: BridgeHost;
  readonly #waiting = new Map<string, (answer: T | Error) => void>();
  #asked = 0;

  constructor(host: BridgeHost) {
    this.#host = host;
  }

  /**
   * Sends a request under an id of its own. Rejects when it is refused, or unanswered after
   * `timeoutMs`.
   */
  async ask(send: (id: string) => Promise<void>, timeoutMs: number): Promise<T> {
    this.#asked += 1;
    const id = `fairlead-${this.#asked}`;
    const over = new AbortController();
    const answer = new Promise<T | Error>((resolve) => {
      this.#waiting.set(id, resolve);
      void this.#host.sleep(timeoutMs, { signal: over.signal }).then(
        () => resolve(new BridgeError("crashed", "the agent does not answer any more")),
        () => {},
      );
    });
    // What broke the pipe is told better by the agent's end, with which `failAll` is called.
    send(id).catch(() => {});
    const result = await answer;
    this.#waiting.delete(id);
    over.abort();
    if (result instanceof Error) throw result;
    return result;
  }

  /** The answer to a request; one that nobody waits for is dropped. */
  settle(id: string, answer: T | Error): void {
    this.#waiting.get(id)?.(answer);
  }

  /** The agent is gone. */
  failAll(error: Error): void {
    for (const settle of this.#waiting.values()) settle(error);
  }
}
