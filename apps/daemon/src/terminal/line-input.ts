import { type Interface, createInterface } from "node:readline";

/** Where lines come from and where their prompts go. */
export interface LineInputOptions {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream;
  /** Ctrl-C, from the keyboard or as a signal. */
  readonly onInterrupt: () => void;
}

/**
 * Lines somebody types or pipes in, kept until they are asked for. Dispose gives the terminal back.
 */
export class LineInput implements Disposable {
  readonly #terminal: Interface;
  readonly #isTerminal: boolean;
  readonly #onInterrupt: () => void;
  readonly #lines: string[] = [];
  #wake: (() => void) | null = null;
  #ended = false;

  constructor({ input, output, onInterrupt }: LineInputOptions) {
    this.#isTerminal = input.isTTY === true;
    this.#onInterrupt = onInterrupt;
    this.#terminal = createInterface({ input, output, terminal: this.#isTerminal });
    this.#terminal.on("line", (line) => {
      this.#lines.push(line);
      this.#wake?.();
    });
    this.#terminal.on("close", () => {
      this.#ended = true;
      this.#wake?.();
    });
    // A terminal in raw mode sends the key, everything else the signal.
    this.#terminal.on("SIGINT", onInterrupt);
    process.on("SIGINT", onInterrupt);
  }

  /**
   * The next line; null at the end of the input, or when `signal` says that nobody needs it any
   * more.
   */
  async next(prompt: string, signal?: AbortSignal): Promise<string | null> {
    if (this.#isTerminal) {
      this.#terminal.setPrompt(prompt);
      this.#terminal.prompt();
    }
    while (this.#lines.length === 0 && !this.#ended && signal?.aborted !== true) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        signal?.addEventListener("abort", () => resolve(), { once: true });
      });
    }
    return signal?.aborted === true ? null : (this.#lines.shift() ?? null);
  }

  [Symbol.dispose](): void {
    process.off("SIGINT", this.#onInterrupt);
    this.#terminal.close();
  }
}
