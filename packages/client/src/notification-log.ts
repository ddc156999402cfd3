import type { ServerNotificationMethod, ServerNotifications } from "@fairlead/codex-proto";

/** A notification of the server; narrow on `method` to know `params`. */
export type Notification<M extends ServerNotificationMethod = ServerNotificationMethod> = {
  [K in M]: { readonly method: K; readonly params: ServerNotifications[K] };
}[M];

/**
 * The notifications of a connection in order, each under its position. Readers bring their own
 * position, so nobody misses what came before he asked. Holds at least the last `limit` entries.
 */
export class NotificationLog {
  readonly #limit: number;
  readonly #waiting = new Set<() => void>();
  #entries: Notification[] = [];
  #first = 0;
  #ended = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The position the next notification will have. */
  get position(): number {
    return this.#first + this.#entries.length;
  }

  append(entry: Notification): void {
    this.#entries.push(entry);
    // In bulk, so that dropping costs nothing per entry.
    if (this.#entries.length >= this.#limit * 2) {
      this.#first += this.#limit;
      this.#entries = this.#entries.slice(this.#limit);
    }
    this.#wake();
  }

  /** Nothing follows: readers end when they reach the end. */
  end(): void {
    this.#ended = true;
    this.#wake();
  }

  /**
   * Reads from a position on and waits for more until the end. Throws the signal's reason when it
   * aborts, and an error when the reader is so slow that its next entry is gone.
   */
  async *read(from: number, signal?: AbortSignal): AsyncGenerator<Notification, void, void> {
    let next = from;
    for (;;) {
      signal?.throwIfAborted();
      if (next < this.#first) {
        throw new Error(
          `notification ${next} is gone, the log starts at ${this.#first}: ` +
            "read faster, or raise `logLimit`",
        );
      }
      const entry = this.#entries[next - this.#first];
      if (entry !== undefined) {
        next += 1;
        yield entry;
      } else if (this.#ended) return;
      else await this.#change(signal);
    }
  }

  #change(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#waiting.delete(wake);
        signal?.removeEventListener("abort", wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal?.addEventListener("abort", wake, { once: true });
    });
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
  }
}
