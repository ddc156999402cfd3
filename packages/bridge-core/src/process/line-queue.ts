/** One line of an agent: JSON if it parses, else the text as it came. */
export type AgentLine = { readonly json: unknown } | { readonly text: string };

type Result = IteratorResult<AgentLine, undefined>;

/**
 * Lines waiting for their one reader. Lines are parsed when read, so what waits is text. A reader
 * may stop and another may go on: leaving a `for await` loses nothing. The end, or the error, comes
 * behind the last line.
 */
export class LineQueue implements AsyncIterable<AgentLine>, AsyncIterator<AgentLine, undefined> {
  #lines: string[] = [];
  #next = 0;
  #waiting: ((result: Result | Promise<never>) => void)[] = [];
  #end: { readonly error: unknown } | null = null;
  readonly #onDrained: () => void;

  /** `onDrained` is called whenever the reader has taken the last line. */
  constructor(onDrained: () => void = () => {}) {
    this.#onDrained = onDrained;
  }

  /** Lines not read yet. */
  get length(): number {
    return this.#lines.length - this.#next;
  }

  /** Adds lines; blank ones are left out. Ignored after the end. */
  push(lines: readonly string[]): void {
    if (this.#end !== null) return;
    for (const line of lines) {
      if (line.trim() !== "") this.#lines.push(line);
    }
    while (this.#waiting.length > 0 && this.length > 0) this.#waiting.shift()?.(this.#take());
  }

  /** Ends the stream, with an error for the reader if one is given. The first call counts. */
  end(error?: unknown): void {
    if (this.#end !== null) return;
    this.#end = { error };
    for (const resolve of this.#waiting.splice(0)) resolve(this.#finish());
  }

  [Symbol.asyncIterator](): AsyncIterator<AgentLine, undefined> {
    return this;
  }

  next(): Promise<Result> {
    if (this.length > 0) return Promise.resolve(this.#take());
    if (this.#end !== null) return Promise.resolve(this.#finish());
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #take(): Result {
    const line = this.#lines[this.#next] ?? "";
    this.#next += 1;
    if (this.#next === this.#lines.length) {
      this.#lines = [];
      this.#next = 0;
      this.#onDrained();
    }
    return { done: false, value: parseLine(line) };
  }

  #finish(): Result | Promise<never> {
    if (this.#end?.error === undefined) return { done: true, value: undefined };
    return Promise.reject(this.#end.error);
  }
}

function parseLine(line: string): AgentLine {
  try {
    return { json: JSON.parse(line) };
  } catch {
    return { text: line };
  }
}
