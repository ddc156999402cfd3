/** Keeps the last bytes of a stream. */
export class TailBuffer {
  readonly #maxBytes: number;
  #tail: Buffer = Buffer.alloc(0);

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Appends a chunk and forgets what no longer fits. */
  push(chunk: Buffer): void {
    const joined = Buffer.concat([this.#tail, chunk.subarray(-this.#maxBytes)]);
    this.#tail = joined.subarray(-this.#maxBytes);
  }

  /** The tail as text. A character cut at the front becomes U+FFFD. */
  toString(): string {
    return this.#tail.toString("utf8");
  }
}
