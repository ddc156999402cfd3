import type { CloseReason, FrameTransport, TransportEvents } from "@fairlead/bridge-core/peer";
import { setTimeout as sleep } from "node:timers/promises";
import type { CodexProcess } from "./codex-process.ts";

/** How long the end of a connection waits for the end of its program, to say why. */
const explainMs = 500;

/** A connection to a codex of ours: when that ends, the close says how. */
export class OwnedTransport implements FrameTransport {
  readonly #inner: FrameTransport;
  readonly #process: CodexProcess;
  readonly #onEnd: () => void;
  #isOver = false;

  /** `onEnd` is called once, when the connection is over, whoever ended it. */
  constructor(inner: FrameTransport, process: CodexProcess, onEnd: () => void) {
    this.#inner = inner;
    this.#process = process;
    this.#onEnd = onEnd;
  }

  start(events: TransportEvents): void {
    let isClosed = false;
    const onClose = async (reason: CloseReason): Promise<void> => {
      isClosed = true;
      const told = this.#isOver ? reason : await this.#explain(reason);
      this.#over();
      events.onClose(told);
    };
    this.#inner.start({
      onFrame: (text) => events.onFrame(text),
      onUnreadable: (reason) => events.onUnreadable?.(reason),
      onDrain: () => {
        if (!isClosed) events.onDrain?.();
      },
      onClose: (reason) => void onClose(reason),
    });
  }

  send(text: string): void {
    this.#inner.send(text);
  }

  get bufferedBytes(): number {
    return this.#inner.bufferedBytes;
  }

  close(code?: number, reason?: string): void {
    this.#over();
    this.#inner.close(code, reason);
  }

  async #explain(reason: CloseReason): Promise<CloseReason> {
    const over = new AbortController();
    const late = sleep(explainMs, null, { signal: over.signal }).catch(() => null);
    const end = await Promise.race([this.#process.ended, late]);
    over.abort();
    return end === null ? reason : { code: 1011, reason: end.reason };
  }

  #over(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#onEnd();
  }
}
