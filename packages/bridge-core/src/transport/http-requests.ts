import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { Call } from "../adapter.ts";
import { isLoopback } from "./bind.ts";
import type { Refusal } from "./refusal.ts";
import { originOf, type Visitors } from "./visitors.ts";

/** An HTTP request that is no WebSocket. */
export interface PlainRequest {
  readonly method: string;
  /** Path of the URL, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** At most 64 KiB; more is refused before it gets here. Empty when there is none. */
  readonly body: string;
  /** For the audit log, of IPv6 the network; empty on a unix socket. */
  readonly remoteAddress: string;
}

/** The answer to a {@link PlainRequest}. 401 and 403 count as failed attempts of its address. */
export interface PlainAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Answers plain requests; null leaves one to the listener: `/healthz`, `/readyz`, else 426. */
export type RequestHandler = (request: PlainRequest, o: Call) => Promise<PlainAnswer | null>;

/** What {@link answerRequest} goes by. */
export interface RequestContext {
  readonly handler: RequestHandler | null;
  readonly visitors: Visitors;
  /** Only programs of this machine can connect. */
  readonly isLocal: boolean;
  readonly log: (level: "debug" | "warn", message: string, data?: unknown) => void;
}

const maxBodyBytes = 64 * 1024;

/** The sentence for web pages. */
export const refuseOrigin: Refusal = {
  status: 403,
  text: "connections from web pages are refused",
};

/** The sentence for pages whose own name was made to lead to this machine. */
const refuseHost: Refusal = {
  status: 403,
  text: "this is not the host you name: on this machine it is 127.0.0.1, with its port",
};

/** Answers a plain HTTP request. Never rejects. */
export async function answerRequest(
  request: IncomingMessage,
  response: ServerResponse,
  context: RequestContext,
): Promise<void> {
  const answer = await answerTo(request, response, context).catch((error: unknown) => {
    context.log("warn", "an HTTP request could not be answered", error);
    return { status: 500, body: "this failed on the host: its log says why" };
  });
  if (response.destroyed || response.headersSent) return;
  const headers = "headers" in answer ? answer.headers : {};
  response.writeHead(answer.status, { "content-type": "text/plain", ...headers }).end(answer.body);
}

async function answerTo(
  request: IncomingMessage,
  response: ServerResponse,
  { handler, visitors, isLocal }: RequestContext,
): Promise<PlainAnswer> {
  const { remoteAddress } = request.socket;
  const { origin, host, authorization } = request.headers;
  if (origin !== undefined) return told(refuseOrigin);
  if (isLocal && host !== undefined && !isLoopback(nameIn(host))) return told(refuseHost);
  // Who only asks whether it lives has nothing to guess.
  const isGuess = request.method !== "GET" || authorization !== undefined;
  const blocked = isGuess ? visitors.blocked(remoteAddress) : null;
  if (blocked !== null) return told(blocked);
  const path = pathOf(request);
  if (handler !== null) {
    const body = await bodyOf(request);
    if (body === null) {
      response.shouldKeepAlive = false;
      return told({ status: 413, text: `a request may have ${maxBodyBytes} bytes at most` });
    }
    const gone = new AbortController();
    response.once("close", () => gone.abort(new Error("the client is gone")));
    const { method = "GET", headers } = request;
    const plain = { method, path, query: queryOf(request), headers, body };
    const given = await handler(
      { ...plain, remoteAddress: originOf(remoteAddress) },
      { signal: gone.signal },
    );
    if (given?.status === 401 || given?.status === 403) visitors.failed(remoteAddress);
    if (given !== null) return given;
  }
  const healthy = path === "/healthz" || path === "/readyz";
  return healthy
    ? { status: 200, body: "ok" }
    : { status: 426, body: "connect with a WebSocket here" };
}

/** The name of a `Host` header, without its port. */
function nameIn(host: string): string {
  return host
    .replace(/:\d*$/u, "")
    .replace(/^\[(.*)\]$/u, "$1")
    .toLowerCase();
}

function told({ status, text }: Refusal): PlainAnswer {
  return { status, body: text };
}

/** Null when it is too long; the rest is not read. */
async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes += chunk.length;
    if (bytes > maxBodyBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Path of the URL, without the query. */
export function pathOf(request: IncomingMessage): string {
  return (request.url ?? "/").replace(/[?#].*$/, "");
}

/** Query of the URL. */
export function queryOf(request: IncomingMessage): URLSearchParams {
  return new URLSearchParams(/\?([^#]*)/.exec(request.url ?? "")?.[1]);
}
