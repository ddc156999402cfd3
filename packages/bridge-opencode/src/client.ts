import { BridgeError, messageOf, type BridgeHost } from "@fairlead/bridge-core";
import { fieldsOf, listOf, textOf, type Fields } from "@fairlead/bridge-core/parts";
import type { JsonValue } from "@fairlead/codex-proto";

const answerMs = 30_000;

/** One request to OpenCode. */
export interface Request {
  readonly method?: "GET" | "POST" | "PATCH" | "DELETE";
  readonly body?: JsonValue;
  /** Default: 30 seconds; 0: however long it takes. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** Where a server is and how to get in. */
export interface Address {
  /** `http://HOST:PORT`. */
  readonly url: string;
  readonly user: string;
  readonly password: string;
}

/** JSON over HTTP with one OpenCode server. Every failure is a sentence. */
export class Client {
  readonly #host: BridgeHost;
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(host: BridgeHost, { url, user, password }: Address) {
    this.#host = host;
    this.#url = url.replace(/\/$/, "");
    const basic = Buffer.from(`${user}:${password}`).toString("base64");
    this.#headers = password === "" ? {} : { authorization: `Basic ${basic}` };
  }

  /** The object in the answer; empty when it has none. */
  async ask(path: string, request: Request = {}): Promise<Fields> {
    return fieldsOf((await this.#send(path, request)).json);
  }

  /** The list in the answer. */
  async list(path: string, request: Request = {}): Promise<readonly Fields[]> {
    return listOf((await this.#send(path, request)).json);
  }

  /** A page of a list; `next` is null on the last one. */
  async page(
    path: string,
    request: Request,
  ): Promise<{ readonly items: readonly Fields[]; readonly next: string | null }> {
    const { json, headers } = await this.#send(path, request);
    return { items: listOf(json), next: headers.get("x-next-cursor") };
  }

  /** The events of a server, until it closes the stream or `signal` aborts. */
  async events(signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const response = await this.#fetch("/global/event", { signal, headers: this.#headers });
    if (!isOfType(response, "text/event-stream") || response.body === null) {
      throw new BridgeError("connection", `${this.#url} does not tell its events`);
    }
    return response.body;
  }

  async #send(path: string, { method = "GET", body, timeoutMs = answerMs, signal }: Request) {
    const signals = signal === undefined ? [] : [signal];
    if (timeoutMs > 0) signals.push(AbortSignal.timeout(timeoutMs));
    const response = await this.#fetch(path, {
      method,
      headers: { ...this.#headers, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signals.length > 0 && { signal: AbortSignal.any(signals) }),
    });
    const { headers } = response;
    const text = await response.text();
    // What it does not know it answers with the page of its web interface.
    const isJson = text === "" || isOfType(response, "application/json");
    if (!isJson) throw new BridgeError("unsupported", `this OpenCode does not know ${path}`);
    const json: unknown = text === "" ? {} : JSON.parse(text);
    if (response.ok) return { json, headers };
    const { message, name, data } = fieldsOf(json);
    const words = textOf(message) || textOf(fieldsOf(data)["message"]) || textOf(name);
    throw refusal(response.status, words || `HTTP ${response.status}`, path);
  }

  async #fetch(path: string, init: RequestInit): Promise<Response> {
    try {
      return await this.#host.fetch(`${this.#url}${path}`, init);
    } catch (cause) {
      if (cause instanceof Error && cause.name === "AbortError") throw cause;
      const late = cause instanceof Error && cause.name === "TimeoutError";
      const words = late ? `did not answer ${path} in time` : `cannot be reached: ${reason(cause)}`;
      throw new BridgeError("connection", `OpenCode at ${this.#url} ${words}`, { cause });
    }
  }
}

/** A path about a folder: OpenCode keeps an instance of itself for each. */
export function inFolder(path: string, cwd: string): string {
  const mark = path.includes("?") ? "&" : "?";
  return `${path}${mark}directory=${encodeURIComponent(cwd)}`;
}

function isOfType(response: Response, type: string): boolean {
  return response.headers.get("content-type")?.startsWith(type) ?? false;
}

function refusal(status: number, words: string, path: string): BridgeError {
  if (status === 401) {
    const sentence = "OpenCode refuses the password: set OPENCODE_SERVER_PASSWORD to the server's";
    return new BridgeError("unauthenticated", sentence);
  }
  const kind = status === 404 ? "not-found" : status < 500 ? "bad-request" : "other";
  return new BridgeError(kind, `OpenCode: ${words} (${path.split("?")[0]})`);
}

function reason(error: unknown): string {
  const { cause } = fieldsOf(error);
  return messageOf(cause ?? error);
}
