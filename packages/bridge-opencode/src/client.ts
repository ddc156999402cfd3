import { BridgeError, type BridgeHost } from "@fairlead/bridge-core";
import {
  askHttp,
  fieldsOf,
  listOf,
  openEvents,
  textOf,
  type Fields,
  type HttpAnswer,
  type HttpRequest,
  type HttpServer,
} from "@fairlead/bridge-core/parts";

/** What one OpenCode server is asked. Every failure is a sentence. */
export class Client {
  readonly #host: BridgeHost;
  readonly #server: HttpServer;

  constructor(host: BridgeHost, url: string, user: string, password: string) {
    const basic = Buffer.from(`${user}:${password}`).toString("base64");
    const headers = password === "" ? {} : { authorization: `Basic ${basic}` };
    this.#host = host;
    this.#server = { agent: "OpenCode", url, headers };
  }

  /** The object in the answer; empty when it has none. */
  async ask(path: string, request?: HttpRequest): Promise<Fields> {
    return fieldsOf((await this.#send(path, request)).json);
  }

  /** Sends something to do. */
  async post(path: string, body: HttpRequest["body"] = {}): Promise<Fields> {
    return this.ask(path, { method: "POST", body });
  }

  /** The list in the answer. */
  async list(path: string): Promise<readonly Fields[]> {
    return listOf((await this.#send(path)).json);
  }

  /** A page of a list; `next` is null on the last one. */
  async page(path: string): Promise<{ items: readonly Fields[]; next: string | null }> {
    const { json, headers } = await this.#send(path);
    return { items: listOf(json), next: headers.get("x-next-cursor") };
  }

  /** Everything that happens on the server, until `signal` aborts. */
  async events(signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    return openEvents(this.#host, this.#server, "/global/event", signal);
  }

  async #send(path: string, request?: HttpRequest): Promise<HttpAnswer> {
    const answer = await askHttp(this.#host, this.#server, path, request);
    const { status, json } = answer;
    if (status < 400) return answer;
    if (status === 401) {
      const sentence = "OpenCode refuses the password: set OPENCODE_SERVER_PASSWORD to its own";
      throw new BridgeError("unauthenticated", sentence);
    }
    const { message, name, data } = fieldsOf(json);
    const words = textOf(message) || textOf(fieldsOf(data)["message"]) || textOf(name);
    const kind = status === 404 ? "not-found" : status < 500 ? "bad-request" : "other";
    throw new BridgeError(kind, `OpenCode: ${words || `HTTP ${status}`}`);
  }
}

/** A path about a folder: OpenCode keeps an instance of itself for each. */
export function inFolder(path: string, cwd: string): string {
  return `${path}${path.includes("?") ? "&" : "?"}directory=${encodeURIComponent(cwd)}`;
}
