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
  /** A token, in place of user and password. */
  readonly bearer?: string;
}

/** What all requests of a client have in common. */
interface Scope {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
}

/** JSON over HTTP with an agent's server. Every failure is a `BridgeError` with a sentence. */
export class HttpClient {
  readonly #host: BridgeHost;
  readonly #server: HttpServer;
  readonly #scope: Scope;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(host: BridgeHost, server: HttpServer, scope: Scope = { path: "", query: {} }) {
    const { user, password, bearer = "" } = server;
    const basic = Buffer.from(`${user}:${password}`).toString("base64");
    this.#host = host;
    this.#server = server;
    this.#scope = scope;
    // A server may close a kept connection just when the next request is on it, and not all that
    // is asked can be asked twice: so each has a connection of its own.
    this.#headers = {
      connection: "close",
      ...(password !== "" && { authorization: `Basic ${basic}` }),
      ...(bearer !== "" && { authorization: `Bearer ${bearer}` }),
    };
  }

  /** The same server, for requests below a path, each with this in its query. */
  at(path: string, query: Readonly<Record<string, string>> = {}): HttpClient {
    const own = this.#scope;
    const scope = { path: `${own.path}${path}`, query: { ...own.query, ...query } };
    return new HttpClient(this.#host, this.#server, scope);
  }

  /** The object in the answer; empty when it has none. */
  async ask(path: string, request?: HttpRequest): Promise<Fields> {
    return fieldsOf((await this.#send(path, request)).json);
  }

  /** Sends something to do. */
  async post(path: string, body: JsonValue = {}): Promise<Fields> {
    return this.ask(path, { method: "POST", body });
  }

  /** The same, for what nobody may wait for any more: what is gone is passed over. */
  async reply(path: string, body: JsonValue): Promise<void> {
    await this.post(path, body).catch((error: unknown) => {
      if (!BridgeError.is(error) || error.kind !== "not-found") throw error;
    });
  }

  /** The list in the answer. */
  async list(path: string): Promise<readonly Fields[]> {
    return listOf((await this.#send(path)).json);
  }

  /** A list that comes in pages: `header` of an answer is what `parameter` says to get the next. */
  async *pages(path: string, header: string, parameter: string): AsyncGenerator<Fields, void> {
    for (let next: string | null = ""; next !== null;) {
      const more = this.at("", next === "" ? {} : { [parameter]: next });
      const { json, headers } = await more.#send(path);
      yield* listOf(json);
      next = headers.get(header);
    }
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
    const words = `${agent} tells no events at ${this.#pathOnly(path)} (HTTP ${response.status})`;
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
      throw new BridgeError(
        "unauthenticated",
        `${agent}'s server refuses the ${this.#server.bearer === undefined ? "password" : "key"}`,
      );
    }
    // What they do not know, some answer with a web page and 200.
    const isJson = isOfType(response, "application/json");
    if (ok && text !== "" && !isJson) {
      throw new BridgeError("unsupported", `this ${agent} does not know ${this.#pathOnly(path)}`);
    }
    const json: unknown = isJson && text !== "" ? JSON.parse(text) : {};
    if (ok) return { json, headers };
    const kind = status === 404 ? "not-found" : status < 500 ? "bad-request" : "other";
    throw new BridgeError(kind, `${agent}: ${wordsIn(json) || `HTTP ${status}`}`);
  }

  async #reaching<T>(path: string, work: (url: string) => Promise<T>): Promise<T> {
    const { agent, url } = this.#server;
    try {
      const whole = new URL(`${url.replace(/\/$/, "")}${this.#scope.path}${path}`);
      for (const [name, value] of Object.entries(this.#scope.query)) {
        whole.searchParams.set(name, value);
      }
      return await work(whole.href);
    } catch (cause) {
      if (cause instanceof Error && cause.name === "AbortError") throw cause;
      const late = cause instanceof Error && cause.name === "TimeoutError";
      const why = messageOf(fieldsOf(cause)["cause"] ?? cause);
      const words = late
        ? `did not answer ${this.#pathOnly(path)} in time`
        : `cannot be reached: ${why}`;
      throw new BridgeError("connection", `${agent} at ${url} ${words}`, { cause });
    }
  }

  #pathOnly(path: string): string {
    return `${this.#scope.path}${path.split("?")[0] ?? path}`;
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
