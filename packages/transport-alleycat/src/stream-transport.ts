import { once } from "node:events";
import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import {
  acceptWebSocket,
  type CloseReason,
  type FrameTransport,
  messageOf,
  stdioTransport,
  type TransportEvents,
} from "@fairlead/bridge-core/transport";
import { linger } from "./linger.ts";

/** Settings of {@link streamTransport}. */
export interface StreamTransportOptions {
  /**
   * Frames wait so long for the first byte of the client, which shows what it speaks; then it is given
   * lines. Null: for ever, since nothing can be sent before the client asks.
   */
  readonly patienceMs: number | null;
}

/**
 * The wire behind a `connect`: JSON lines, or WebSocket when the client begins with a handshake, as
 * clients of real codex do. A WebSocket handshake begins with `G`, which no JSON does.
 */
export function streamTransport(stream: Duplex, options: StreamTransportOptions): FrameTransport {
  return new StreamTransport(stream, options.patienceMs);
}

class StreamTransport implements FrameTransport {
  readonly #stream: Duplex;
  readonly #patienceMs: number | null;
  #inner: FrameTransport | null = null;
  #events: TransportEvents | null = null;
  #held: string[] = [];
  #heldLength = 0;
  #isClosed = false;

  constructor(stream: Duplex, patienceMs: number | null) {
    this.#stream = stream;
    this.#patienceMs = patienceMs;
  }

  start(events: TransportEvents): void {
    this.#events = events;
    this.#open().catch((error: unknown) => this.#finish({ code: null, reason: messageOf(error) }));
  }

  send(text: string): void {
    if (this.#isClosed) return;
    if (this.#inner !== null) {
      this.#inner.send(text);
      return;
    }
    this.#held.push(text);
    this.#heldLength += text.length;
  }

  get bufferedBytes(): number {
    return this.#inner?.bufferedBytes ?? this.#heldLength;
  }

  close(code = 1000, reason = ""): void {
    if (this.#isClosed) return;
    if (this.#inner === null) {
      for (const text of this.#held.splice(0)) this.#stream.write(`${text}\n`);
      this.#stream.end();
    } else {
      this.#inner.close(code, reason);
    }
    this.#finish({ code, reason });
  }

  async #open(): Promise<void> {
    const isHttp = await beginsWithHttp(this.#stream, this.#patienceMs);
    if (this.#isClosed) return;
    const stream = this.#stream;
    const inner = isHttp
      ? await acceptWebSocket(stream)
      : stdioTransport({ input: stream, output: stream });
    const events = this.#events;
    if (this.#isClosed || events === null) {
      inner.close();
      return;
    }
    this.#inner = inner;
    for (const text of this.#held.splice(0)) inner.send(text);
    this.#heldLength = 0;
    inner.start({
      onFrame: (text) => events.onFrame(text),
      onUnreadable: (reason) => events.onUnreadable?.(reason),
      onDrain: () => events.onDrain?.(),
      onClose: (reason) => this.#finish(reason),
    });
  }

  #finish(reason: CloseReason): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    linger(this.#stream);
    this.#events?.onClose(reason);
  }
}

/** Looks at the first byte and puts it back. */
async function beginsWithHttp(stream: Duplex, patienceMs: number | null): Promise<boolean> {
  const over = new AbortController();
  const { signal } = over;
  const ready = stream.readableLength > 0 || stream.destroyed || stream.readableEnded;
  const waits: Promise<unknown>[] = [
    once(stream, "readable", { signal }),
    once(stream, "end", { signal }),
    once(stream, "close", { signal }),
  ];
  if (patienceMs !== null) waits.push(sleep(patienceMs, undefined, { signal }));
  try {
    if (!ready) await Promise.race(waits);
  } finally {
    over.abort();
    await Promise.allSettled(waits);
  }
  const first: unknown = stream.read(1);
  if (!Buffer.isBuffer(first)) return false;
  stream.unshift(first);
  return first[0] === 0x47;
}
