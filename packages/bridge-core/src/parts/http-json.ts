import type { JsonValue } from "@fairlead/codex-proto";
import type { BridgeHost } from "../adapter.ts";
import { BridgeError, messageOf } from "../errors.ts";
import { fieldsOf, listOf, textOf, type Fields } from "./fields.ts";

const answerMs = 30_000;

/** One request. */
export interface HttpRequest {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly body?: JsonValue;
  /** Default: 30 seconds; 0: however long it takes. */
  readonly timeoutMs?: number;
}

/** Where an agent's server is, and what gets one in. */
export interface HttpServer {
  /** The agent's name in sentences. */
  readonly agent: string;
  /** `http://HOST:PORT`. */
  readonly url: string;
  readonly user: string;
  /** Empty for none. */
  readonly password: string;
}

/** JSON over HTTP with an agent's server. Every failure is a `BridgeError` with a sentence. */
export class HttpClient {
  readonly #host: BridgeHost;
  readonly #server: HttpServer;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(host: BridgeHost, server: HttpServer) {
    const { user, password } = server;
    const basic = Buffer.from(`${user}:${password}`).toString("base64");
    this.#host = host;
    this.#server = server;
    this.#headers = password === "" ? {} : { authorization: `Basic ${basic}` };
  }

  /** The object in the answer; empty when it has none. */
  async ask(path: string, request?: HttpRequest): Promise<Fields> {
    return fieldsOf((await this.#send(path, request)).json);
  }

  /** Sends something to do. */
  async post(path: string, body: JsonValue = {}): Promise<Fields> {
    return this.ask(path, { method: "POST", body });
  }

  /** The list in the answer. */
  async list(path: string): Promise<readonly Fields[]> {
    return listOf((await this.#send(path)).json);
  }

  /** A page of a list; `header` of the answer names the next one, null after the last. */
  async page(
    path: string,
    header: string,
  ): Promise<{ readonly items: readonly Fields[]; readonly next: string | null }> {
    const { json, headers } = await this.#send(path);
    return { items: listOf(json), next: headers.get(header) };
  }

  /** Opens a stream of server-sent events, until `signal` aborts. */
  async events(path: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const { agent } = this.#server;
    const response = await this.#reaching(path, (url) =>
      this.#host.fetch(url, { signal, headers: this.#headers }),
    );
    if (response.ok && response.body !== null && isOfType(response, "text/event-stream")) {
      return response.body;
    }
    await response.body?.cancel();
    const words = `${agent} tells no events at ${pathOnly(path)} (HTTP ${response.status})`;
    throw new BridgeError("connection", words);
  }

  async #send(
    path: string,
    request: HttpRequest = {},
  ): Promise<{ json: unknown; headers: Headers }> {
    const { method = "GET", body, timeoutMs = answerMs } = request;
    const { agent } = this.#server;
    const [response, text] = await this.#reaching(path, async (url) => {
      const answer = await this.#host.fetch(url, {
        method,
        headers: { ...this.#headers, "content-type": "application/json" },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        ...(timeoutMs > 0 && { signal: AbortSignal.timeout(timeoutMs) }),
      });
      return [answer, await answer.text()] as const;
    });
    const { status, headers, ok } = response;
    if (status === 401) {
      throw new BridgeError("unauthenticated", `${agent}'s server refuses the password`);
    }
    // What they do not know, some answer with a web page and 200.
    const isJson = isOfType(response, "application/json");
    if (ok && text !== "" && !isJson) {
      throw new BridgeError("unsupported", `this ${agent} does not know ${pathOnly(path)}`);
    }
    const json: unknown = isJson && text !== "" ? JSON.parse(text) : {};
    if (ok) return { json, headers };
    const kind = status === 404 ? "not-found" : status < 500 ? "bad-request" : "other";
    throw new BridgeError(kind, `${agent}: ${wordsIn(json) || `HTTP ${status}`}`);
  }

  async #reaching<T>(path: string, work: (url: string) => Promise<T>): Promise<T> {
    const { agent, url } = this.#server;
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
}

/** The sentence in an error, wherever servers put it. */
function wordsIn(json: unknown): string {
  const { message, error, data, detail, name } = fieldsOf(json);
  const inner = textOf(fieldsOf(data)["message"]) || textOf(fieldsOf(error)["message"]);
  return textOf(message) || inner || textOf(error) || textOf(detail) || textOf(name);
}

function isOfType(response: Response, type: string): boolean {
  return response.headers.get("content-type")?.startsWith(type) ?? false;
}

function pathOnly(path: string): string {
  return path.split("?")[0] ?? path;
}
