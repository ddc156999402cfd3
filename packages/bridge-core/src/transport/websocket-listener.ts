import { bearerOf, missingBearer } from "./bearer.ts";
import { isLoopback } from "./bind.ts";
import type { RequestHandler } from "./http-requests.ts";
import {
  defaultFirstFrameTimeoutMs,
  defaultMaxFailures,
  defaultMaxFrameBytes,
  defaultPatienceMs,
} from "./limits.ts";
import type { Listener, ListenerHost } from "./listener.ts";
import { openEndpoint } from "./open-endpoint.ts";
import type { TlsFiles } from "./tls-files.ts";
import { originOf } from "./visitors.ts";
import { serveWebSockets } from "./websocket-server.ts";

/** Settings of {@link webSocketListener}. */
export interface WebSocketListenerOptions {
  /** Address to listen on. One that other machines can reach needs `tls`. */
  readonly host: string;
  /** 0 = a free one. */
  readonly port: number;
  readonly tls: TlsFiles | null;
  /** Answers plain HTTP requests. Default: `/healthz` and `/readyz` only. */
  readonly requestHandler?: RequestHandler;
  /** Default 16 MiB. A larger frame closes its connection with 1009. */
  readonly maxFrameBytes?: number;
  /** Default 64; one more is refused with 503. */
  readonly maxConnections?: number;
  /** Connections of one address. Default 16; on loopback as many as there may be. */
  readonly maxConnectionsPerAddress?: number;
  /** Wrong tokens of one address within a minute, after which it is answered 429. Default 10. */
  readonly maxFailures?: number;
  /** A connection without a frame for so long is closed with 1008. Default 10,000. */
  readonly firstFrameTimeoutMs?: number;
  /** How long a connection may wait to be admitted. In milliseconds, default 30,000. */
  readonly admissionTimeoutMs?: number;
  /** Milliseconds of a clock that never goes back. Default: the system's. */
  readonly now?: () => number;
}

/** A running {@link webSocketListener}. */
export interface WebSocketHostListener extends Listener {
  /** `ws://HOST:PORT` or `wss://HOST:PORT`. Each agent is at `/agents/NAME`, all of them at `/`. */
  readonly url: string;
  /**
   * Reads the certificate again, for new connections. Rejects with what is wrong with it; the old one
   * stays then.
   */
  reload(): Promise<void>;
}

/**
 * Clients over WebSocket: a bearer token (never in the URL) says who they are, `/agents/NAME` or `/`
 * what they want, `?device=NAME&cursor=SEQ` which session. Rejects, saying what to do, when the
 * address is taken, not allowed without TLS, or the certificate is no good.
 */
export async function webSocketListener(
  host: ListenerHost,
  options: WebSocketListenerOptions,
): Promise<WebSocketHostListener> {
  const { host: name, port, tls, maxConnections = 64, maxConnectionsPerAddress = 16 } = options;
  const server = await serveWebSockets({
    address: { host: name, port },
    tls,
    doorkeeper: {
      patienceMs: options.admissionTimeoutMs ?? defaultPatienceMs,
      async decide(request, { signal, remoteAddress }) {
        const token = bearerOf(request.headers.authorization);
        if (token === null) return { status: 401, text: missingBearer };
        const endpoint = endpointAt(request.path);
        if (endpoint === undefined) return { status: 404, text: noSuchPath(request.path) };
        const label = request.headers["user-agent"]?.slice(0, 128) ?? null;
        const origin = `websocket ${originOf(remoteAddress ?? "unknown")}`;
        const admission = await host.admit({ token, key: null, label, origin }, { signal });
        if ("refusal" in admission) return { status: 401, text: admission.refusal };
        return () => openEndpoint(admission.client, endpoint, request);
      },
    },
    requestHandler: options.requestHandler ?? null,
    limits: {
      maxConnections,
      maxPerAddress: isLoopback(name) ? null : maxConnectionsPerAddress,
      maxFailures: options.maxFailures ?? defaultMaxFailures,
      now: options.now ?? (() => performance.now()),
    },
    maxFrameBytes: options.maxFrameBytes ?? defaultMaxFrameBytes,
    firstFrameTimeoutMs: options.firstFrameTimeoutMs ?? defaultFirstFrameTimeoutMs,
    log: host.log,
  });
  const { url } = server;
  return {
    url,
    addresses: [url],
    reload: () => server.reloadTls(),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** Null = all agents, undefined = nothing is there. */
function endpointAt(path: string): string | null | undefined {
  return path === "/" ? null : agentAt(path);
}

/** The agent of `/agents/NAME`. */
export function agentAt(path: string): string | undefined {
  const name = /^\/agents\/([^/]+)\/?$/u.exec(path)?.[1];
  if (name === undefined) return undefined;
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function noSuchPath(path: string): string {
  return `nothing is at ${path}: connect to / for all agents, or to /agents/NAME`;
}
