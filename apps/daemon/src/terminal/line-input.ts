import { type Interface, createInterface } from "node:readline";

/** Where lines come from and where their prompts go. */
export interface LineInputOptions {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream;
  /** Ctrl-C, from the keyboard or as a signal. */
  readonly onInterrupt: () => void;
}

interface Waiter {
  readonly prompt: string;
  wake: () => void;
}

/**
 * Lines somebody types or pipes in, kept until they are asked for. Dispose gives the terminal back.
 */
export class LineInput implements Disposable {
  readonly #terminal: Interface;
  readonly #isTerminal: boolean;
  readonly #onInterrupt: () => void;
  readonly #lines: string[] = [];
  /** The last one is served first. */
  #waiting: readonly Waiter[] = [];
  #ended = false;

  constructor({ input, output, onInterrupt }: LineInputOptions) {
    this.#isTerminal = input.isTTY === true;
    this.#onInterrupt = onInterrupt;
    this.#terminal = createInterface({ input, output, terminal: this.#isTerminal });
    this.#terminal.on("line", (line) => {
      this.#lines.push(line);
      this.#waiting.at(-1)?.wake();
    });
    this.#terminal.on("close", () => {
      this.#ended = true;
      this.#waiting.at(-1)?.wake();
    });
    // A terminal in raw mode sends the key, everything else the signal.
    this.#terminal.on("SIGINT", onInterrupt);
    process.on("SIGINT", onInterrupt);
  }

  /**
   * The next line that answers no question; null at the end of the input, or when `signal` says
   * that nobody needs it any more.
   */
  next(prompt: string, signal: AbortSignal): Promise<string | null> {
    const waiter: Waiter = { prompt, wake: () => {} };
    this.#waiting = [waiter, ...this.#waiting];
    return this.#lineFor(waiter, signal);
  }

  /** The line that answers a question, which goes before {@link next}; null as there. */
  answer(prompt: string, signal: AbortSignal): Promise<string | null> {
    const waiter: Waiter = { prompt, wake: () => {} };
    this.#waiting = [...this.#waiting, waiter];
    return this.#lineFor(waiter, signal);
  }

  /** Shows the prompt of who is served next, below what others have written since. */
  showPrompt(): void {
    const first = this.#waiting.at(-1);
    if (!this.#isTerminal || this.#ended || first === undefined) return;
    this.#terminal.setPrompt(first.prompt);
    this.#terminal.prompt(true);
  }

  [Symbol.dispose](): void {
    process.off("SIGINT", this.#onInterrupt);
    this.#terminal.close();
  }

  async #lineFor(waiter: Waiter, signal: AbortSignal): Promise<string | null> {
    const wake = (): void => waiter.wake();
    signal.addEventListener("abort", wake);
    if (this.#waiting.at(-1) === waiter) this.showPrompt();
    try {
      for (;;) {
        if (signal.aborted) return null;
        if (this.#waiting.at(-1) === waiter) {
          const line = this.#lines.shift();
          if (line !== undefined) return line;
          if (this.#ended) return null;
        }
        await new Promise<void>((resolve) => (waiter.wake = resolve));
      }
    } finally {
      signal.removeEventListener("abort", wake);
      const wasFirst = this.#waiting.at(-1) === waiter;
      this.#waiting = this.#waiting.filter((other) => other !== waiter);
      if (wasFirst) {
        this.showPrompt();
        this.#waiting.at(-1)?.wake();
      }
    }
  }
}
