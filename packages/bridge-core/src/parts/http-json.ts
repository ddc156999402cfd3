import type { JsonValue } from "@fairlead/codex-proto";
import type { BridgeHost } from "../adapter.ts";
import { BridgeError, messageOf } from "../errors.ts";
import { fieldsOf } from "./fields.ts";

const answerMs = 30_000;

/** One request. */
export interface HttpRequest {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly body?: JsonValue;
  /** Default: 30 seconds; 0: however long it takes. */
  readonly timeoutMs?: number;
}

/** An answer, whatever its status. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** `{}` of an empty body. */
  readonly json: unknown;
}

/** Where a server is, and what gets one in. */
export interface HttpServer {
  /** The agent's name in sentences. */
  readonly agent: string;
  /** `http://HOST:PORT`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Asks an agent's server. Rejects when it does not answer in time, or not in JSON. */
export async function askHttp(
  host: BridgeHost,
  server: HttpServer,
  path: string,
  { method = "GET", body, timeoutMs = answerMs }: HttpRequest = {},
): Promise<HttpAnswer> {
  const [response, text] = await reaching(server, path, async (url) => {
    const answer = await host.fetch(url, {
      method,
      headers: { ...server.headers, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(timeoutMs > 0 && { signal: AbortSignal.timeout(timeoutMs) }),
    });
    return [answer, await answer.text()] as const;
  });
  const { status, headers } = response;
  if (text === "") return { status, headers, json: {} };
  // What they do not know, some answer with a web page and 200.
  if (!isOfType(response, "application/json")) {
    throw new BridgeError("unsupported", `this ${server.agent} does not know ${pathOnly(path)}`);
  }
  return { status, headers, json: JSON.parse(text) };
}

/** Opens a stream of server-sent events. */
export async function openEvents(
  host: BridgeHost,
  server: HttpServer,
  path: string,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  const { agent, headers } = server;
  const response = await reaching(server, path, (url) => host.fetch(url, { signal, headers }));
  if (!response.ok || response.body === null || !isOfType(response, "text/event-stream")) {
    await response.body?.cancel();
    const words = `${agent} tells no events at ${pathOnly(path)} (HTTP ${response.status})`;
    throw new BridgeError("connection", words);
  }
  return response.body;
}

async function reaching<T>(
  { agent, url }: HttpServer,
  path: string,
  work: (url: string) => Promise<T>,
): Promise<T> {
  try {
    return await work(`${url.replace(/\/$/, "")}${path}`);
  } catch (cause) {
    if (cause instanceof Error && cause.name === "AbortError") throw cause;
    const late = cause instanceof Error && cause.name === "TimeoutError";
    const why = messageOf(fieldsOf(cause)["cause"] ?? cause);
    const words = late ? `did not answer ${pathOnly(path)} in time` : `cannot be reached: ${why}`;
    throw new BridgeError("connection", `${agent} at ${url} ${words}`, { cause });
  }
}

function isOfType(response: Response, type: string): boolean {
  return response.headers.get("content-type")?.startsWith(type) ?? false;
}

function pathOnly(path: string): string {
  return path.split("?")[0] ?? path;
}
