import { Duplex } from "node:stream";
import type { StreamMessage, ToWorker } from "./messages.ts";

type Done = (error?: Error | null) => void;

/** A stream of a client, whose bytes go through the worker. Read on demand: nobody reads, none come. */
export class WorkerStream extends Duplex {
  readonly #number: number;
  readonly #post: (message: ToWorker) => void;
  #written: Done | null = null;

  constructor(number: number, post: (message: ToWorker) => void) {
    super({ allowHalfOpen: true, readableHighWaterMark: 1 });
    this.#number = number;
    this.#post = post;
  }

  /** What the worker says of this stream. */
  receive(message: StreamMessage): void {
    switch (message.type) {
      case "data": {
        const { buffer, byteOffset, byteLength } = message.bytes;
        this.push(Buffer.from(buffer, byteOffset, byteLength));
        return;
      }
      case "ended":
        this.push(null);
        return;
      case "written": {
        const done = this.#written;
        this.#written = null;
        done?.();
        return;
      }
      case "broken":
        this.destroy(new Error(message.reason));
        return;
    }
  }

  override _read(): void {
    this.#post({ type: "read", stream: this.#number });
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    this.#send(chunk, done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: Done): void {
    this.#send(Buffer.concat(chunks.map(({ chunk }) => chunk)), done);
  }

  override _final(done: Done): void {
    this.#post({ type: "finish", stream: this.#number });
    done();
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#post({ type: "drop", stream: this.#number });
    this.#written = null;
    done(error);
  }

  #send(bytes: Buffer, done: Done): void {
    this.#written = done;
    // Posted as a copy of its own: the pool behind a Buffer is shared.
    this.#post({ type: "write", stream: this.#number, bytes: Uint8Array.from(bytes) });
  }
}
