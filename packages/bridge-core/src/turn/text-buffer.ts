const joinAfterChunks = 512;

/**
 * Text that grows by small deltas: joined now and then, so that a long turn does not keep a node
 * per delta.
 */
export class TextBuffer {
  #text = "";
  #chunks: string[] = [];

  append(delta: string): void {
    this.#chunks.push(delta);
    if (this.#chunks.length >= joinAfterChunks) this.#join();
  }

  toString(): string {
    if (this.#chunks.length > 0) this.#join();
    return this.#text;
  }

  #join(): void {
    this.#text += this.#chunks.join("");
    this.#chunks = [];
  }
}

/** What core keeps and streams of one command's output. */
const outputLimit: number = 256 * 1024;

/** How much of a total is looked for in the next one. */
const anchorLength = 256;

/** The start and the end of an output over the limit, with the gap named between them. */
export function capOutput(output: string): string {
  if (output.length <= outputLimit) return output;
  const half = outputLimit / 2;
  const left = output.length - outputLimit;
  return `${output.slice(0, half)}\n… ${left} characters left out …\n${output.slice(-half)}`;
}

/**
 * Output as it streams: up to the limit, then silent until the item's completion tells the whole.
 */
export class OutputBuffer {
  readonly #text = new TextBuffer();
  #length = 0;
  #total = 0;
  /** How the last total ended. */
  #anchor = "";

  /** Takes new output and returns the part to stream, empty past the limit. */
  append(delta: string): string {
    const room = outputLimit - this.#length;
    const taken = delta.length <= room ? delta : delta.slice(0, Math.max(room, 0));
    if (taken !== "") this.#text.append(taken);
    this.#length += taken.length;
    return taken;
  }

  /**
   * Takes cumulative output: what is new since the last total is the delta, also where the total
   * has lost its start by now. One that is another altogether begins a new line; an earlier one adds
   * nothing.
   */
  appendTotal(total: string): string {
    const delta = this.#behind(total);
    if (delta === "") return "";
    this.#total = total.length;
    this.#anchor = total.slice(-anchorLength);
    return this.append(delta);
  }

  #behind(total: string): string {
    const anchor = this.#anchor;
    if (total.startsWith(anchor, this.#total - anchor.length)) return total.slice(this.#total);
    const at = total.lastIndexOf(anchor);
    if (at >= 0) return total.slice(at + anchor.length);
    return this.toString().startsWith(total) ? "" : `\n${total}`;
  }

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  toString(): string {
    return this.#text.toString();
  }
}
