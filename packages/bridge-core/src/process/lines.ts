/**
 * Longest line taken from an agent or a stdio client unless told otherwise: 16 MiB, as codex's
 * frame limit.
 */
export const defaultMaxLineBytes: number = 16 * 1024 * 1024;

/** A line outgrew the limit. The stream it came from cannot be read on. */
class LineTooLongError extends Error {
  override readonly name = "LineTooLongError";

  constructor(maxLineBytes: number) {
    super(`a line is longer than the limit of ${maxLineBytes} bytes`);
  }
}

const lineFeed = 10;

/**
 * Cuts a stream of bytes into lines at LF only, whatever the chunks. Each byte is copied at most
 * once, and a line is decoded as a whole, so UTF-8 split across chunks survives.
 */
export class LineSplitter {
  readonly #maxLineBytes: number;
  #parts: Buffer[] = [];
  #partsBytes = 0;

  constructor(maxLineBytes: number = defaultMaxLineBytes) {
    this.#maxLineBytes = maxLineBytes;
  }

  /**
   * Appends the lines that end in this chunk to `lines`, without their LF. Throws at a line over
   * the limit.
   */
  push(chunk: Buffer, lines: string[]): void {
    let start = 0;
    let end = chunk.indexOf(lineFeed);
    while (end !== -1) {
      this.#limit(end - start);
      lines.push(
        this.#parts.length === 0
          ? chunk.toString("utf8", start, end)
          : this.#join(chunk, start, end),
      );
      start = end + 1;
      end = chunk.indexOf(lineFeed, start);
    }
    if (start === chunk.length) return;
    this.#limit(chunk.length - start);
    this.#parts.push(start === 0 ? chunk : chunk.subarray(start));
    this.#partsBytes += chunk.length - start;
  }

  /** Appends what follows the last LF, if anything: call it at the end of the stream. */
  flush(lines: string[]): void {
    if (this.#parts.length > 0) lines.push(this.#join(Buffer.alloc(0), 0, 0));
  }

  #join(chunk: Buffer, start: number, end: number): string {
    const text = Buffer.concat([...this.#parts, chunk.subarray(start, end)]).toString("utf8");
    this.#parts = [];
    this.#partsBytes = 0;
    return text;
  }

  #limit(bytes: number): void {
    if (this.#partsBytes + bytes > this.#maxLineBytes)
      throw new LineTooLongError(this.#maxLineBytes);
  }
}
