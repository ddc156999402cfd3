import type { OutputStream } from "./child.ts";

/** Delivers the next piece of a stream; `capReached` marks the last one. */
export type OutputSink = (deltaBase64: string, capReached: boolean) => void;

/**
 * One output stream of a process up to a cap: either kept for the final answer, or handed on piece
 * by piece. What comes after the cap is dropped.
 */
export class OutputCapture {
  readonly #capBytes: number;
  readonly #sink: OutputSink | null;
  readonly #kept: Uint8Array[] = [];
  #seenBytes = 0;
  #isCapReached = false;

  /** Without a `sink` the bytes are kept for {@link text}. */
  constructor(capBytes: number, sink: OutputSink | null) {
    this.#capBytes = capBytes;
    this.#sink = sink;
  }

  /** True once the cap is used up, even if nothing was lost. */
  get isCapReached(): boolean {
    return this.#isCapReached;
  }

  accept(chunk: Uint8Array): void {
    if (this.#isCapReached) return;
    const bytes = chunk.subarray(0, this.#capBytes - this.#seenBytes);
    this.#seenBytes += bytes.length;
    this.#isCapReached = this.#seenBytes >= this.#capBytes;
    if (this.#sink === null) this.#kept.push(bytes);
    else this.#sink(Buffer.from(bytes).toString("base64"), this.#isCapReached);
  }

  /** What was kept; empty when it went to the sink. */
  bytes(): Buffer {
    return Buffer.concat(this.#kept);
  }

  /** What was kept, as UTF-8. */
  text(): string {
    return this.bytes().toString("utf8");
  }
}

/** Both streams of a process, each with the cap: sent on when there is a `send`, else kept. */
export function captureOutput(
  capBytes: number,
  send: ((stream: OutputStream, ...piece: Parameters<OutputSink>) => void) | null,
): Record<OutputStream, OutputCapture> {
  const capture = (stream: OutputStream): OutputCapture =>
    new OutputCapture(capBytes, send && ((...piece) => send(stream, ...piece)));
  return { stdout: capture("stdout"), stderr: capture("stderr") };
}
