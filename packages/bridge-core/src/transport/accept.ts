import { createServer, type IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { FrameTransport } from "../rpc/transport.ts";
import { defaultMaxFrameBytes } from "./limits.ts";

const closedEarly = "the stream closed within the WebSocket handshake";

/** Settings of {@link acceptWebSocket}. */
export interface AcceptOptions {
  /** Default 16 MiB. A larger frame closes the connection with 1009. */
  readonly maxFrameBytes?: number;
  /** Time for the handshake, in milliseconds. Default 10,000. */
  readonly timeoutMs?: number;
}

/**
 * The server's side of a WebSocket over a byte stream whose client is known already. Rejects, and
 * ends the stream, when what comes is no WebSocket handshake.
 */
export async function acceptWebSocket(
  stream: Duplex,
  { maxFrameBytes = defaultMaxFrameBytes, timeoutMs = 10_000 }: AcceptOptions = {},
): Promise<FrameTransport> {
  const [{ WebSocketServer }, { limitedWebSocket, webSocketTransport }] = await Promise.all([
    import("ws"),
    import("./websocket.ts"),
  ]);
  if (stream.destroyed) throw new Error(closedEarly);
  const server = createServer({ keepAlive: false });
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxFrameBytes,
    perMessageDeflate: false,
    WebSocket: limitedWebSocket(maxFrameBytes),
  });
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      clearTimeout(timer);
      stream.off("close", onClose);
    };
    const fail = (reason: string): void => {
      settle();
      reject(new Error(reason));
    };
    const onClose = (): void => fail(closedEarly);
    const timer = setTimeout(() => {
      stream.destroy();
      fail(`no WebSocket handshake came within ${timeoutMs} ms`);
    }, timeoutMs);
    stream.once("close", onClose);
    server.on("request", (_request, response) => {
      response.writeHead(426, { connection: "close" }).end("connect with a WebSocket here");
      fail("an HTTP request came instead of a WebSocket handshake");
    });
    server.on("clientError", (error: Error) => {
      stream.destroy();
      fail(`the WebSocket handshake cannot be read: ${error.message}`);
    });
    server.on("upgrade", (request: IncomingMessage, raw: Duplex, head: Buffer) => {
      sockets.handleUpgrade(request, raw, head, (socket) => {
        settle();
        resolve(webSocketTransport(socket, { raw, maxFrameBytes }));
      });
    });
    server.emit("connection", stream);
  });
}
