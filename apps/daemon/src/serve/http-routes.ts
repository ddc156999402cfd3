import type { RequestHandler } from "@fairlead/bridge-core/transport";
import type { PairingReply, PairingSource } from "../devices/code-pairing.ts";

/** What the WebSocket's port answers beside WebSockets. */
export interface HttpRoutes {
  /** SHA-256 of the certificate of the listener; null without TLS. */
  readonly certificate: () => string | null;
  readonly pair: (
    body: unknown,
    source: PairingSource,
    signal: AbortSignal,
  ) => Promise<PairingReply>;
  /** `/healthz`, `/readyz` and `/metrics`; null for anything else. */
  readonly operations: RequestHandler;
}

/** `POST /pair`, and what tells how the daemon is. */
export function httpRoutes({ certificate, pair, operations }: HttpRoutes): RequestHandler {
  return async (request, o) => {
    const { method, path, headers, body, remoteAddress } = request;
    if (path !== "/pair") return operations(request, o);
    if (method !== "POST") return json(405, { error: "pairing is a POST with JSON" });
    // What a web page may send without asking first is never this.
    if (!/^application\/json(?:;|$)/iu.test(headers["content-type"] ?? "")) {
      return json(415, { error: "pairing is a POST with content-type application/json" });
    }
    const source = { origin: `websocket ${remoteAddress}`, certificate: certificate() };
    const reply = await pair(parsed(body), source, o.signal);
    return json(reply.status, reply.body);
  };
}

function parsed(body: string): unknown {
  try {
    const value: unknown = JSON.parse(body);
    return value;
  } catch {
    return null;
  }
}

function json(status: number, body: Readonly<Record<string, unknown>>) {
  const headers = { "content-type": "application/json" };
  return { status, headers, body: `${JSON.stringify(body)}\n` };
}
