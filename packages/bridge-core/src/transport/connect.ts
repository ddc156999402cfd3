import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import type { FrameTransport } from "../rpc/transport.ts";
import {
  encodeSessionQuery,
  parseNotice,
  sessionHeader,
  type SessionNotice,
  type SessionRequest,
} from "../session/session-notice.ts";
import { defaultMaxFrameBytes } from "./limits.ts";
import { isPipePath } from "./socket-path.ts";

/** Settings of {@link connectWebSocket}. */
export interface ConnectOptions {
  /** Sent as `Authorization: Bearer`. */
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Default 16 MiB. */
  readonly maxFrameBytes?: number;
  /** Time for the handshake. Default 10,000. */
  readonly timeoutMs?: number;
}

/** An open connection, and what became of the session that was asked for. */
export interface Connected {
  readonly transport: FrameTransport;
  /** Null when none was asked for, or the server knows no sessions: real codex. */
  readonly session: SessionNotice | null;
}

/**
 * Connects to a codex app-server at `ws://HOST:PORT`, `wss://HOST:PORT` or `unix:///ABSOLUTE/PATH`
 * (which speaks WebSocket too; on Windows `unix://` and the path of a named pipe). Rejects with the server's own words when it refuses, e.g. 401 for a
 * wrong token.
 */
export async function connectWebSocket(
  url: string,
  options: ConnectOptions = {},
): Promise<FrameTransport> {
  return (await connectSession(url, options)).transport;
}

/** {@link connectWebSocket} for a client that may come back: names its device and its cursor. */
export async function connectSession(
  url: string,
  options: ConnectOptions & { readonly session?: SessionRequest } = {},
): Promise<Connected> {
  const { token, maxFrameBytes = defaultMaxFrameBytes, timeoutMs = 10_000 } = options;
  // With the first connection: a daemon that only listens starts without it.
  const { limitedWebSocket, webSocketTransport } = await import("./websocket.ts");
  const WebSocket = limitedWebSocket(maxFrameBytes);
  const socket = new WebSocket(withSession(addressOf(url), options.session), {
    headers: {
      ...options.headers,
      ...(token === undefined ? undefined : { authorization: `Bearer ${token}` }),
    },
    maxPayload: maxFrameBytes,
    handshakeTimeout: timeoutMs,
    perMessageDeflate: false,
  });
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      reject(new Error(`cannot connect to ${url}: ${error.message}`, { cause: error }));
    };
    socket.on("error", fail);
    socket.on("unexpected-response", (request, response) => {
      void refusal(response).then((error) => {
        fail(error);
        request.destroy();
      });
    });
    socket.on("upgrade", ({ socket: raw, headers }) => {
      const told = headers[sessionHeader];
      const session = parseNotice(typeof told === "string" ? told : undefined);
      // At once: frames may come in the packet of the handshake.
      socket.on("open", () => {
        resolve({ transport: webSocketTransport(socket, { raw, maxFrameBytes }), session });
      });
    });
  });
}

function addressOf(url: string): string {
  if (/^wss?:\/\//.test(url)) return url;
  const pipe = /^unix:\/\/(.+)$/.exec(url)?.[1] ?? "";
  if (isPipePath(pipe) && !pipe.includes(":")) return `ws+unix:${pipe}:/`;
  const path = /^unix:\/\/(\/.+)$/.exec(url)?.[1];
  if (path === undefined) {
    throw new Error(
      `${url} is not an address: use ws://HOST:PORT, wss://HOST:PORT or unix:///PATH`,
    );
  }
  if (path.includes(":")) throw new Error(`the socket path ${path} must not contain a colon`);
  return `ws+unix://${path}:/`;
}

function withSession(address: string, session: SessionRequest | undefined): string {
  if (session === undefined) return address;
  return `${address}${address.includes("?") ? "&" : "?"}${encodeSessionQuery(session)}`;
}

async function refusal(response: IncomingMessage): Promise<Error> {
  const body = await text(response).catch(() => "");
  return new Error(`${response.statusCode} ${body.trim() || response.statusMessage}`);
}
