import type { Readable, Writable } from "node:stream";
import { LineSplitter } from "../process/lines.ts";
import type { CloseReason, FrameTransport, TransportEvents } from "../rpc/transport.ts";
import { defaultMaxFrameBytes, frameTooLarge } from "./limits.ts";

/** Two byte streams: `process.stdin` and `process.stdout` for a server, a child's for a client. */
export interface StdioOptions {
  readonly input: Readable;
  readonly output: Writable;
  /** Default 16 MiB. A longer line closes the transport with 1009. */
  readonly maxFrameBytes?: number;
}

/**
 * One frame per line. Blank lines are ignored. The end of the input is the close; close ends the
 * output.
 */
export function stdioTransport(options: StdioOptions): FrameTransport {
  return new StdioTransport(options);
}

class StdioTransport implements FrameTransport {
  readonly #input: Readable;
  readonly #output: Writable;
  readonly #splitter: LineSplitter;
  readonly #maxFrameBytes: number;
  #events: TransportEvents | null = null;
  #closed: CloseReason | null = null;

  constructor({ input, output, maxFrameBytes = defaultMaxFrameBytes }: StdioOptions) {
    this.#input = input;
    this.#output = output;
    this.#maxFrameBytes = maxFrameBytes;
    this.#splitter = new LineSplitter(maxFrameBytes);
    const onError = (error: Error): void => this.#finish({ code: null, reason: error.message });
    input.on("error", onError);
    output.on("error", onError);
    output.on("close", () => this.#finish({ code: null, reason: "the output was closed" }));
  }

  start(events: TransportEvents): void {
    this.#events = events;
    if (this.#closed !== null) {
      events.onClose(this.#closed);
      return;
    }
    this.#output.on("drain", () => {
      if (this.#closed === null) events.onDrain?.();
    });
    this.#input.on("data", this.#onData);
    this.#input.on("end", () => {
      const lines: string[] = [];
      this.#splitter.flush(lines);
      this.#deliver(lines);
      this.#finish({ code: null, reason: "the input ended" });
    });
  }

  send(text: string): void {
    if (this.#closed === null) this.#output.write(`${text}\n`);
  }

  get bufferedBytes(): number {
    return this.#output.writableLength;
  }

  close(code = 1000, reason = ""): void {
    this.#finish({ code, reason });
  }

  readonly #onData = (chunk: Buffer): void => {
    const lines: string[] = [];
    try {
      this.#splitter.push(chunk, lines);
    } catch {
      this.#deliver(lines);
      this.close(1009, frameTooLarge(this.#maxFrameBytes));
      return;
    }
    this.#deliver(lines);
  };

  #deliver(lines: readonly string[]): void {
    for (const line of lines) {
      if (this.#closed !== null) return;
      if (line.trim() !== "") this.#events?.onFrame(line);
    }
  }

  #finish(reason: CloseReason): void {
    if (this.#closed !== null) return;
    this.#closed = reason;
    this.#input.off("data", this.#onData);
    this.#input.pause();
    this.#output.end();
    this.#events?.onClose(reason);
  }
}
