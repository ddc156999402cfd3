import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { createServer as createTlsServer, type Server as TlsServer } from "node:https";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Call } from "../adapter.ts";
import { messageOf } from "../errors.ts";
import type { FrameTransport } from "../rpc/transport.ts";
import { bind, isLoopback, type ListenAddress } from "./bind.ts";
import {
  answerRequest,
  pathOf,
  queryOf,
  refuseOrigin,
  type RequestHandler,
} from "./http-requests.ts";
import { type Refusal, statusTexts } from "./refusal.ts";
import { readTlsFiles, type TlsFiles, type TlsPair } from "./tls-files.ts";
import type { Upgrades } from "./upgrade.ts";
import { Visitors, type VisitorLimits } from "./visitors.ts";

/** The HTTP request a connection came with. */
export interface ConnectionRequest {
  /** Path of the URL, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
}

/** A connection that is taken. */
export interface Acceptance {
  /** Go out with the answer that accepts it. */
  readonly headers: Readonly<Record<string, string>>;
  /** Takes the connection, before anything else happens. */
  readonly onConnection: (transport: FrameTransport) => void;
  /** Its abort closes the connection with 4003. */
  readonly until?: AbortSignal;
}

/** Decides about connections. */
export interface Doorkeeper {
  /**
   * May take its time, until the signal. The function it resolves with is called right before the
   * connection is accepted. 401 counts as a failed attempt.
   */
  decide(
    request: ConnectionRequest,
    o: Call & { readonly remoteAddress: string | null },
  ): Promise<Refusal | (() => Acceptance | Refusal)>;
  /** How long it may take, in milliseconds. */
  readonly patienceMs: number;
}

/** Settings of {@link serveWebSockets}. */
export interface WebSocketServerOptions {
  readonly address: ListenAddress;
  readonly tls: TlsFiles | null;
  readonly doorkeeper: Doorkeeper;
  readonly requestHandler: RequestHandler | null;
  readonly limits: VisitorLimits;
  readonly maxFrameBytes: number;
  readonly firstFrameTimeoutMs: number;
  readonly log: (level: "debug" | "warn", message: string, data?: unknown) => void;
}

/** A running server. Dispose closes every connection with 1001 and removes the unix socket. */
export interface RunningServer extends AsyncDisposable {
  /** `ws://HOST:PORT`, `wss://HOST:PORT` or `unix://PATH`. */
  readonly url: string;
  /** `HOST:PORT` or the path of the socket. */
  readonly address: string;
  /**
   * Reads the certificate again, for new connections. Rejects with what is wrong with it; the old one
   * stays then.
   */
  reloadTls(): Promise<void>;
}

/** How long a refused client may take to close its half. */
const refusedMs = 2000;
/** For the TLS handshake and for the head of a request. */
const handshakeMs = 10_000;
/** Open HTTP connections beyond those that are WebSockets. */
const spareConnections = 64;

/** Every WebSocket listener: of a port, with or without TLS, and of a local socket. */
export async function serveWebSockets(options: WebSocketServerOptions): Promise<RunningServer> {
  const { address, tls, doorkeeper, log, maxFrameBytes, firstFrameTimeoutMs, limits } = options;
  const pair = tls === null ? null : await readTlsFiles(tls);
  warnOfEnd(pair, log);
  if ("host" in address && tls === null && !isLoopback(address.host)) {
    throw new Error(
      `${address.host} can be reached from other machines, which needs TLS: name a certificate and its key, or listen on 127.0.0.1`,
    );
  }
  const { server, tlsServer } = makeServer(pair);
  const visitors = new Visitors(limits);
  /** Connections nobody has decided about yet, and those that were refused. */
  const pending = new Map<Duplex, AbortController>();
  server.headersTimeout = handshakeMs;
  server.requestTimeout = 3 * handshakeMs;
  server.maxConnections = limits.maxConnections + spareConnections;
  server.on("request", (request, response) => {
    const isLocal = "host" in address && isLoopback(address.host);
    const context = { handler: options.requestHandler, visitors, isLocal, log };
    void answerRequest(request, response, context);
  });
  // Who says nothing is no visitor yet, and must not take every place either.
  server.on("connection", (socket: Socket) => {
    const leave = visitors.arrive(socket.remoteAddress);
    if (leave === null) socket.destroy();
    else socket.once("close", leave);
  });
  /** Loaded with the first connection. */
  let upgrades: Promise<Upgrades> | null = null;
  const load = async (): Promise<Upgrades> => {
    const module = await import("./upgrade.ts");
    return new module.Upgrades({ maxFrameBytes, firstFrameTimeoutMs });
  };

  const judge = async (
    request: IncomingMessage,
    raw: Duplex,
    signal: AbortSignal,
  ): Promise<Refusal | (() => Acceptance | Refusal)> => {
    const { remoteAddress } = request.socket;
    const refusal = unfit(request) ?? visitors.blocked(remoteAddress);
    if (refusal !== null) return refusal;
    const leave = visitors.enter(remoteAddress);
    if (typeof leave !== "function") return leave;
    raw.once("close", leave);
    const o = { signal, remoteAddress: remoteAddress ?? null };
    const judged = await doorkeeper.decide(requestOf(request), o);
    if (typeof judged !== "function" && judged.status === 401) visitors.failed(remoteAddress);
    return judged;
  };

  const receive = async (request: IncomingMessage, raw: Duplex, head: Buffer): Promise<void> => {
    const life = new AbortController();
    pending.set(raw, life);
    raw.once("close", () => {
      pending.delete(raw);
      life.abort(new Error("the client is gone"));
    });
    const tooLong = new Error("the operator has not decided in time: try again");
    const timer = setTimeout(() => life.abort(tooLong), doorkeeper.patienceMs);
    const judged = await judge(request, raw, life.signal).finally(() => clearTimeout(timer));
    const taker = typeof judged === "function" ? await (upgrades ??= load()) : null;
    if (raw.destroyed) return;
    const accepted = typeof judged === "function" ? judged() : judged;
    if ("status" in accepted) {
      refuse(raw, accepted);
      return;
    }
    pending.delete(raw);
    taker?.accept(request, raw, head, accepted);
  };

  server.on("upgrade", (request: IncomingMessage, raw: Duplex, head: Buffer) => {
    raw.on("error", () => raw.destroy());
    receive(request, raw, head).catch((error: unknown) => {
      log("warn", "a connection could not be taken", error);
      refuse(raw, { status: 503, text: messageOf(error) });
    });
  });

  const bound = await bind(server, address);
  let disposed: Promise<void> | null = null;
  const scheme = "path" in address ? "unix" : tls === null ? "ws" : "wss";
  return {
    url: `${scheme}://${bound}`,
    address: bound,
    async reloadTls() {
      if (tls === null || tlsServer === null) return;
      const next = await readTlsFiles(tls);
      warnOfEnd(next, log);
      tlsServer.setSecureContext({ cert: next.cert, key: next.key, minVersion: "TLSv1.2" });
    },
    [Symbol.asyncDispose]() {
      disposed ??= shutDown(server, upgrades, pending.keys());
      return disposed;
    },
  };
}

type HttpServer = ReturnType<typeof createServer>;

function makeServer(pair: TlsPair | null): {
  readonly server: HttpServer | TlsServer;
  readonly tlsServer: TlsServer | null;
} {
  if (pair === null) return { server: createServer(), tlsServer: null };
  const { cert, key } = pair;
  const tlsServer = createTlsServer({
    cert,
    key,
    minVersion: "TLSv1.2",
    handshakeTimeout: handshakeMs,
  });
  return { server: tlsServer, tlsServer };
}

function warnOfEnd(pair: TlsPair | null, log: WebSocketServerOptions["log"]): void {
  if (pair !== null && pair.validUntil.getTime() < Date.now()) {
    log("warn", `the TLS certificate ended on ${pair.validUntil.toISOString()}: renew it`);
  }
}

/** Checked before anything is opened for a connection that could not be accepted. */
function unfit({ method, headers }: IncomingMessage): Refusal | null {
  if (headers.origin !== undefined) return refuseOrigin;
  const isHandshake =
    method === "GET" &&
    headers.upgrade?.toLowerCase() === "websocket" &&
    /^[+/0-9A-Za-z]{22}==$/.test(headers["sec-websocket-key"] ?? "") &&
    /^(?:13|8)$/.test(headers["sec-websocket-version"] ?? "");
  return isHandshake ? null : { status: 400, text: "this is not a WebSocket handshake" };
}

function requestOf(request: IncomingMessage): ConnectionRequest {
  return { path: pathOf(request), query: queryOf(request), headers: request.headers };
}

function refuse(raw: Duplex, { status, text }: Refusal): void {
  const length = Buffer.byteLength(text);
  raw.end(
    `HTTP/1.1 ${status} ${statusTexts[status]}\r\nContent-Type: text/plain\r\nContent-Length: ${length}\r\nConnection: close\r\n\r\n${text}`,
  );
  // Its client may never close its own half.
  const timer = setTimeout(() => raw.destroy(), refusedMs);
  raw.once("close", () => clearTimeout(timer));
}

async function shutDown(
  server: HttpServer | TlsServer,
  upgrades: Promise<Upgrades> | null,
  pending: Iterable<Duplex>,
): Promise<void> {
  const closed = once(server, "close");
  server.close();
  for (const raw of pending) raw.destroy();
  await (await upgrades)?.close();
  server.closeAllConnections();
  await closed;
}
