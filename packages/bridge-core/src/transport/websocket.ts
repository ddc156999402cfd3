import process from "node:process";
import type { Duplex } from "node:stream";
import { WebSocket } from "ws";
import type { CloseReason, FrameTransport, TransportEvents } from "../rpc/transport.ts";
import { frameTooLarge } from "./limits.ts";

/** Sent text that is held back to share a system call; more goes out at once. */
const batchLength = 64 * 1024;

/**
 * A `WebSocket` class whose sockets tell the other side the frame limit when it breaks it: `ws`
 * closes with a bare 1009. Set `maxPayload` to the same limit.
 */
export function limitedWebSocket(maxFrameBytes: number): typeof WebSocket {
  return class LimitedWebSocket extends WebSocket {
    override close(code?: number, reason?: string | Buffer): void {
      super.close(
        code,
        code === 1009 && reason === undefined ? frameTooLarge(maxFrameBytes) : reason,
      );
    }
  };
}

/**
 * Makes a transport of an open WebSocket, of a server or a client; it owns the socket from then on.
 * `raw` is the connection below it: frames sent in one go then share a system call.
 */
export function webSocketTransport(
  socket: WebSocket,
  options: { readonly raw: Duplex; readonly maxFrameBytes: number },
): FrameTransport {
  return new WebSocketTransport(socket, options.raw, options.maxFrameBytes);
}

class WebSocketTransport implements FrameTransport {
  readonly #socket: WebSocket;
  readonly #raw: Duplex;
  #events: TransportEvents | null = null;
  /** What came before `start`; null after it. */
  #early: ((events: TransportEvents) => void)[] | null = [];
  #closed = false;
  #batchLength = 0;
  readonly #flush = (): void => {
    this.#batchLength = 0;
    this.#raw.uncork();
  };

  constructor(socket: WebSocket, raw: Duplex, maxFrameBytes: number) {
    this.#socket = socket;
    this.#raw = raw;
    socket.on("message", (data, isBinary) => {
      if (this.#closed) return;
      if (isBinary || !Buffer.isBuffer(data)) {
        const reason = "binary frames are not supported: send JSON as text";
        this.#deliver((events) => events.onUnreadable?.(reason));
        return;
      }
      const text = data.toString("utf8");
      // The usual case, without a closure.
      if (this.#events === null) this.#deliver((events) => events.onFrame(text));
      else this.#events.onFrame(text);
    });
    socket.on("error", (error) => {
      const tooLarge = "code" in error && error.code === "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH";
      if (tooLarge) this.#finish({ code: 1009, reason: frameTooLarge(maxFrameBytes) });
      else this.#finish({ code: null, reason: error.message });
    });
    socket.on("close", (code, reason) => this.#finish({ code, reason: reason.toString("utf8") }));
  }

  start(events: TransportEvents): void {
    const early = this.#early ?? [];
    this.#events = events;
    this.#early = null;
    for (const deliver of early) deliver(events);
    this.#raw.on("drain", () => {
      if (!this.#closed) events.onDrain?.();
    });
  }

  send(text: string): void {
    if (this.#closed) return;
    if (this.#batchLength === 0) {
      this.#raw.cork();
      process.nextTick(this.#flush);
    }
    this.#batchLength += text.length + 1;
    this.#socket.send(text);
    if (this.#batchLength > batchLength) {
      this.#raw.uncork();
      this.#raw.cork();
      this.#batchLength = 1;
    }
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  close(code = 1000, reason = ""): void {
    if (this.#closed) return;
    this.#socket.close(code, reason);
    // Not behind the other side's answer: some never answer the handshake.
    this.#finish({ code, reason });
  }

  #finish(reason: CloseReason): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#deliver((events) => events.onClose(reason));
  }

  #deliver(action: (events: TransportEvents) => void): void {
    if (this.#events === null) this.#early?.push(action);
    else action(this.#events);
  }
}
