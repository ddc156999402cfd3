import type { BiStream } from "@number0/iroh/index.js";
import type { StreamMessage } from "./messages.ts";
import { firstLine } from "./words.ts";

/** Bytes read at once; each of them is one number on the way out of iroh. */
const readBytes = 64 * 1024;

/** One stream in the worker. Its verbs never reject: what fails is told as `broken`. */
export class IrohStream {
  readonly #number: number;
  readonly #pair: BiStream;
  readonly #post: (message: StreamMessage) => void;
  #isFinished = false;
  #isOver = false;

  constructor(number: number, pair: BiStream, post: (message: StreamMessage) => void) {
    this.#number = number;
    this.#pair = pair;
    this.#post = post;
  }

  /** Reads what is there, or waits for it: `data` or `ended`. */
  async read(): Promise<void> {
    await this.#attempt(async (stream) => {
      const bytes = Uint8Array.from(await this.#pair.recv.read(readBytes));
      if (bytes.length === 0) return { type: "ended", stream };
      return { type: "data", stream, bytes };
    });
  }

  /** `written` comes when iroh has taken it all. */
  async write(bytes: Uint8Array): Promise<void> {
    await this.#attempt(async (stream) => {
      await this.#pair.send.writeAll(Array.from(bytes));
      return { type: "written", stream };
    });
  }

  /** No more is written. */
  async finish(): Promise<void> {
    this.#isFinished = true;
    await this.#attempt(async () => {
      await this.#pair.send.finish();
      return null;
    });
  }

  /** Nobody wants what comes; what was written and finished still arrives. */
  async drop(): Promise<void> {
    this.#isOver = true;
    const endings = [this.#pair.recv.stop(0n)];
    if (!this.#isFinished) endings.push(this.#pair.send.reset(0n));
    await Promise.allSettled(endings);
  }

  async #attempt(action: (stream: number) => Promise<StreamMessage | null>): Promise<void> {
    try {
      const message = await action(this.#number);
      if (message !== null && !this.#isOver) this.#post(message);
    } catch (error) {
      if (this.#isOver) return;
      this.#isOver = true;
      this.#post({ type: "broken", stream: this.#number, reason: firstLine(error) });
    }
  }
}
