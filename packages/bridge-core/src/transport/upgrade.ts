import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { WebSocketServer } from "ws";
import { limitedWebSocket, webSocketTransport } from "./websocket.ts";
import type { Acceptance } from "./websocket-server.ts";

/** How long clients may take to answer the close at the end. */
const closingMs = 500;
const changed = "this device was revoked or may do other things now: connect again to see";

/** What {@link Upgrades} are made with. */
export interface UpgradeOptions {
  readonly maxFrameBytes: number;
  readonly firstFrameTimeoutMs: number;
}

/** Makes WebSockets of accepted connections. Apart, so that a server starts without its library. */
export class Upgrades {
  readonly #options: UpgradeOptions;
  readonly #sockets: WebSocketServer;
  readonly #headersOf = new WeakMap<IncomingMessage, Readonly<Record<string, string>>>();

  constructor(options: UpgradeOptions) {
    const { maxFrameBytes } = options;
    this.#options = options;
    this.#sockets = new WebSocketServer({
      noServer: true,
      maxPayload: maxFrameBytes,
      perMessageDeflate: false,
      WebSocket: limitedWebSocket(maxFrameBytes),
    });
    this.#sockets.on("headers", (lines, request) => {
      for (const [name, value] of Object.entries(this.#headersOf.get(request) ?? {})) {
        lines.push(`${name}: ${value}`);
      }
    });
  }

  /** Answers the handshake and hands the connection over. */
  accept(request: IncomingMessage, raw: Duplex, head: Buffer, o: Acceptance): void {
    const { maxFrameBytes, firstFrameTimeoutMs } = this.#options;
    this.#headersOf.set(request, o.headers);
    this.#sockets.handleUpgrade(request, raw, head, (socket) => {
      const transport = webSocketTransport(socket, { raw, maxFrameBytes });
      const timer = setTimeout(() => {
        transport.close(1008, `no frame came within ${firstFrameTimeoutMs} ms`);
      }, firstFrameTimeoutMs);
      const onEnd = (): void => transport.close(4003, changed);
      o.until?.addEventListener("abort", onEnd, { once: true });
      socket.once("message", () => clearTimeout(timer));
      socket.once("close", () => {
        clearTimeout(timer);
        o.until?.removeEventListener("abort", onEnd);
      });
      o.onConnection(transport);
    });
  }

  /** Closes all of them with 1001; who does not answer soon is cut off. */
  async close(): Promise<void> {
    const clients = [...this.#sockets.clients];
    const closing = clients.map((client) => once(client, "close"));
    for (const client of clients) client.close(1001, "the server is shutting down");
    const over = new AbortController();
    const patience = sleep(closingMs, undefined, { signal: over.signal }).catch(() => {});
    await Promise.race([Promise.allSettled(closing), patience]);
    over.abort();
    for (const client of clients) client.terminate();
  }
}
