import { once } from "node:events";
import { chmod } from "node:fs/promises";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
} from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import type { FrameTransport } from "../rpc/transport.ts";
import { checkBearer } from "./bearer.ts";
import { defaultMaxFrameBytes } from "./limits.ts";
import { prepareSocketPath } from "./unix-socket.ts";
import { limitedWebSocket, webSocketTransport } from "./websocket.ts";

/** Where to listen: a loopback port (0 = a free one) or the path of a unix socket. */
export type ListenAddress =
  | { readonly host: string; readonly port: number }
  | { readonly path: string };

/** The HTTP request a connection came with. */
export interface ConnectionRequest {
  /** Path of the URL, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
}

/** What is decided before a connection is accepted. */
export type Upgrade =
  | {
      /** Go out with the answer that accepts it. */
      readonly headers: Readonly<Record<string, string>>;
      /** Takes the connection, before anything else happens. */
      readonly onConnection: (transport: FrameTransport) => void;
    }
  /** A sentence: the connection is answered 400. */
  | { readonly refusal: string };

/** Settings of {@link listenWebSocket}. Frames are kept until their transport is started. */
export type ListenOptions = ListenSettings &
  (
    | {
        /** Called for each accepted connection. */
        readonly onConnection: (transport: FrameTransport, request: ConnectionRequest) => void;
      }
    | {
        /**
         * Decides about each connection before it is accepted. That of an `AgentServer` lets clients
         * come back to their sessions.
         */
        readonly onUpgrade: (request: ConnectionRequest) => Upgrade;
      }
  );

/** What {@link ListenOptions} have in common. */
export interface ListenSettings {
  readonly address: ListenAddress;
  /**
   * Bearer token every connection must show. Null = none: for unix sockets, whose file only the
   * user can open.
   */
  readonly token: string | null;
  /**
   * A sentence to refuse an unknown path with (404), or null to accept it. Default: every path is
   * accepted.
   */
  readonly refusePath?: (path: string) => string | null;
  /** Default 16 MiB. A larger frame closes its connection with 1009. */
  readonly maxFrameBytes?: number;
  /** Default 64; one more is refused with 503. */
  readonly maxConnections?: number;
  /** A connection without a frame for so long is closed with 1008. Default 10,000. */
  readonly firstFrameTimeoutMs?: number;
}

/** A running listener. Dispose closes every connection with 1001 and removes the unix socket. */
export interface WebSocketListener extends AsyncDisposable {
  /** What a client connects to: `ws://HOST:PORT` or `unix://PATH`. */
  readonly url: string;
  /** `HOST:PORT` or the path of the socket. */
  readonly address: string;
}

/** How long clients may take to answer the close at dispose. */
const closingMs = 500;

/**
 * Serves WebSocket connections on loopback or a unix socket, and `/healthz` and `/readyz` without a
 * token. Requests from web pages (with an `Origin`) are refused. Rejects, saying what to do, when
 * the address is taken or not allowed.
 */
export async function listenWebSocket(options: ListenOptions): Promise<WebSocketListener> {
  const { address, maxFrameBytes = defaultMaxFrameBytes, firstFrameTimeoutMs = 10_000 } = options;
  const server = createServer((request, response) => {
    const path = pathOf(request);
    const healthy = path === "/healthz" || path === "/readyz";
    const text = healthy ? "ok" : "connect with a WebSocket here";
    response.writeHead(healthy ? 200 : 426, { "content-type": "text/plain" }).end(text);
  });
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxFrameBytes,
    perMessageDeflate: false,
    WebSocket: limitedWebSocket(maxFrameBytes),
  });
  const headersOf = new WeakMap<IncomingMessage, Readonly<Record<string, string>>>();
  sockets.on("headers", (lines, request) => {
    for (const [name, value] of Object.entries(headersOf.get(request) ?? {})) {
      lines.push(`${name}: ${value}`);
    }
  });
  server.on("upgrade", (request, raw, head) => {
    raw.on("error", () => raw.destroy());
    const refusal = refuse(request, options, sockets.clients.size);
    if (refusal !== null) {
      respond(raw, refusal);
      return;
    }
    const asked = requestOf(request);
    const upgrade = decide(asked, options);
    if ("refusal" in upgrade) {
      respond(raw, { status: "400 Bad Request", text: upgrade.refusal });
      return;
    }
    headersOf.set(request, upgrade.headers);
    sockets.handleUpgrade(request, raw, head, (socket) => {
      const transport = webSocketTransport(socket, { raw, maxFrameBytes });
      const timer = setTimeout(() => {
        transport.close(1008, `no frame came within ${firstFrameTimeoutMs} ms`);
      }, firstFrameTimeoutMs);
      socket.once("message", () => clearTimeout(timer));
      socket.once("close", () => clearTimeout(timer));
      upgrade.onConnection(transport);
    });
  });
  const bound = await bind(server, address);
  let disposed: Promise<void> | null = null;
  return {
    url: `${"path" in address ? "unix" : "ws"}://${bound}`,
    address: bound,
    [Symbol.asyncDispose]() {
      disposed ??= shutDown(server, sockets);
      return disposed;
    },
  };
}

interface Refusal {
  readonly status: string;
  readonly text: string;
}

function refuse(
  request: IncomingMessage,
  { token, refusePath, maxConnections = 64 }: ListenSettings,
  connections: number,
): Refusal | null {
  if (request.headers.origin !== undefined) {
    return { status: "403 Forbidden", text: "connections from web pages are refused" };
  }
  const bearer = token === null ? null : checkBearer(request.headers.authorization, token);
  if (bearer !== null) return { status: "401 Unauthorized", text: bearer };
  const path = refusePath?.(pathOf(request)) ?? null;
  if (path !== null) return { status: "404 Not Found", text: path };
  if (connections < maxConnections) return null;
  const text = `this server takes ${maxConnections} connections at most: close another client first`;
  return { status: "503 Service Unavailable", text };
}

function decide(request: ConnectionRequest, options: ListenOptions): Upgrade {
  if ("onUpgrade" in options) return options.onUpgrade(request);
  const { onConnection } = options;
  return { headers: {}, onConnection: (transport) => onConnection(transport, request) };
}

function respond(raw: Duplex, { status, text }: Refusal): void {
  const length = Buffer.byteLength(text);
  raw.end(
    `HTTP/1.1 ${status}\r\nContent-Type: text/plain\r\nContent-Length: ${length}\r\nConnection: close\r\n\r\n${text}`,
  );
}

function requestOf(request: IncomingMessage): ConnectionRequest {
  const query = new URLSearchParams(/\?([^#]*)/.exec(request.url ?? "")?.[1]);
  return { path: pathOf(request), query, headers: request.headers };
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? "/").replace(/[?#].*$/, "");
}

async function bind(server: Server, address: ListenAddress): Promise<string> {
  if ("path" in address) {
    await prepareSocketPath(address.path);
    server.listen(address.path);
    await once(server, "listening");
    // No window for others: the folder is this user's alone.
    await chmod(address.path, 0o600);
    return address.path;
  }
  const { host, port } = address;
  if (!isLoopback(host)) {
    throw new Error(
      `${host} can be reached from other machines, which needs TLS and is not supported yet: listen on 127.0.0.1`,
    );
  }
  server.listen({ host, port });
  try {
    await once(server, "listening");
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error) || error.code !== "EADDRINUSE") throw error;
    throw new Error(
      `port ${port} on ${host} is in use: stop the program that has it, or choose another port (0 picks a free one)`,
      { cause: error },
    );
  }
  const info = server.address();
  const actual = typeof info === "object" && info !== null ? info.port : port;
  return `${host.includes(":") ? `[${host}]` : host}:${actual}`;
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

async function shutDown(server: Server, sockets: WebSocketServer): Promise<void> {
  const clients = [...sockets.clients];
  const closing = clients.map((client) => once(client, "close"));
  const closed = once(server, "close");
  server.close();
  for (const client of clients) client.close(1001, "the server is shutting down");
  const over = new AbortController();
  const patience = sleep(closingMs, undefined, { signal: over.signal }).catch(() => {});
  await Promise.race([Promise.allSettled(closing), patience]);
  over.abort();
  for (const client of clients) client.terminate();
  server.closeAllConnections();
  await closed;
}
