import type { Call } from "../adapter.ts";
import {
  defaultFirstFrameTimeoutMs,
  defaultMaxFailures,
  defaultMaxFrameBytes,
  defaultPatienceMs,
} from "./limits.ts";
import type { AdmittedClient, Listener } from "./listener.ts";
import { openEndpoint } from "./open-endpoint.ts";
import { agentAt } from "./websocket-listener.ts";
import { serveWebSockets } from "./websocket-server.ts";

/** Settings of {@link unixListener}. */
export interface UnixListenerOptions {
  /** See {@link localSocketPath}. */
  readonly path: string;
  /** Name of the agent it is of; null = all agents. */
  readonly endpoint: string | null;
  /** The operator: whoever may open the socket is. */
  readonly operator: (o: Call) => Promise<AdmittedClient>;
  /** Default 64. */
  readonly maxConnections?: number;
  /** Default 16 MiB. A larger frame closes its connection with 1009. */
  readonly maxFrameBytes?: number;
  readonly log: (level: "debug" | "warn", message: string, data?: unknown) => void;
}

/**
 * Clients over a unix socket or Windows pipe that only this user can open, which is their proof: no
 * token. They speak WebSocket, as codex does there. `/agents/NAME` is that agent on every socket, any
 * other path the endpoint of the socket. Rejects, saying what to do, when another server has the
 * socket or others could reach it.
 */
export async function unixListener(options: UnixListenerOptions): Promise<Listener> {
  const { path, endpoint, operator, log } = options;
  const server = await serveWebSockets({
    address: { path },
    tls: null,
    doorkeeper: {
      patienceMs: defaultPatienceMs,
      async decide(request, o) {
        const client = await operator(o);
        return () => openEndpoint(client, agentAt(request.path) ?? endpoint, request);
      },
    },
    requestHandler: null,
    limits: {
      maxConnections: options.maxConnections ?? 64,
      maxPerAddress: null,
      maxFailures: defaultMaxFailures,
      now: () => performance.now(),
    },
    maxFrameBytes: options.maxFrameBytes ?? defaultMaxFrameBytes,
    firstFrameTimeoutMs: defaultFirstFrameTimeoutMs,
    log,
  });
  return {
    addresses: [server.url],
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
