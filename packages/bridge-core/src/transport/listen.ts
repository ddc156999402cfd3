import { checkBearer } from "./bearer.ts";
import { isLoopback, type ListenAddress } from "./bind.ts";
import type { FrameTransport } from "../rpc/transport.ts";
import {
  defaultFirstFrameTimeoutMs,
  defaultMaxFailures,
  defaultMaxFrameBytes,
  defaultPatienceMs,
} from "./limits.ts";
import type { Refusal } from "./refusal.ts";
import type { TlsFiles } from "./tls-files.ts";
import { type Acceptance, type ConnectionRequest, serveWebSockets } from "./websocket-server.ts";

export type { ConnectionRequest, ListenAddress };

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
   * user can open, and for loopback.
   */
  readonly token: string | null;
  /** Needed to listen where other machines can connect. Absent = no TLS. */
  readonly tls?: TlsFiles;
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
  /** What a client connects to: `ws://HOST:PORT`, `wss://HOST:PORT` or `unix://PATH`. */
  readonly url: string;
  /** `HOST:PORT` or the path of the socket. */
  readonly address: string;
}

/**
 * Serves WebSocket connections on a port or a unix socket, and `/healthz` and `/readyz` without a
 * token. Requests from web pages (with an `Origin`) are refused; so is, for a minute, an address that
 * showed ten wrong tokens. Rejects, saying what to do, when the address is taken or not allowed.
 */
export async function listenWebSocket(options: ListenOptions): Promise<WebSocketListener> {
  const { address, token, maxFrameBytes = defaultMaxFrameBytes } = options;
  if ("host" in address && token === null && !isLoopback(address.host)) {
    throw new Error(
      `${address.host} can be reached from other machines, which needs TLS and a token`,
    );
  }
  const {
    url,
    address: bound,
    ...server
  } = await serveWebSockets({
    address,
    tls: options.tls ?? null,
    doorkeeper: {
      patienceMs: defaultPatienceMs,
      decide: async (request) => refuse(request, options) ?? (() => decide(request, options)),
    },
    requestHandler: null,
    limits: {
      maxConnections: options.maxConnections ?? 64,
      maxPerAddress: null,
      maxFailures: defaultMaxFailures,
      now: () => performance.now(),
    },
    maxFrameBytes,
    firstFrameTimeoutMs: options.firstFrameTimeoutMs ?? defaultFirstFrameTimeoutMs,
    log: () => {},
  });
  return {
    url,
    address: bound,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

function refuse(request: ConnectionRequest, { token, refusePath }: ListenSettings): Refusal | null {
  const bearer = token === null ? null : checkBearer(request.headers.authorization, token);
  if (bearer !== null) return { status: 401, text: bearer };
  const path = refusePath?.(request.path) ?? null;
  return path === null ? null : { status: 404, text: path };
}

function decide(request: ConnectionRequest, options: ListenOptions): Acceptance | Refusal {
  if ("onUpgrade" in options) {
    const upgrade = options.onUpgrade(request);
    return "refusal" in upgrade ? { status: 400, text: upgrade.refusal } : upgrade;
  }
  const { onConnection } = options;
  return { headers: {}, onConnection: (transport) => onConnection(transport, request) };
}
