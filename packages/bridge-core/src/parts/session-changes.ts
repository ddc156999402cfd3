import type { Call } from "../adapter.ts";
import { opChannel, type OpChannel } from "../server/op-channel.ts";

/** Conversations that changed elsewhere, for `NativeSessions.changes`. */
export class SessionChanges {
  readonly #readers = new Set<OpChannel<string>>();

  /** Tells all who follow. */
  tell(nativeId: string): void {
    for (const reader of this.#readers) reader.push(nativeId);
  }

  /** Their native ids from now on. */
  async *follow(signal: Call["signal"]): AsyncGenerator<string, void> {
    const reader = opChannel<string>();
    if (signal.aborted) return;
    signal.addEventListener("abort", () => reader.close(), { once: true });
    this.#readers.add(reader);
    try {
      yield* reader.items;
    } finally {
      this.#readers.delete(reader);
    }
  }
}
