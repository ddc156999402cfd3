import type { BridgeHost } from "@fairlead/bridge-core";
import { once } from "node:events";
import { isFields, textOf, type Fields } from "@fairlead/bridge-core/parts";

/** What our plugin is told about a call. */
export type Leave =
  | { readonly action: "allow" }
  | { readonly action: "reject-and-continue"; readonly message: string };

/** What our plugin tells and asks, out of one process of Amp's. */
export interface GateSink {
  /** A tool is about to run: it waits for the answer. */
  call(call: Fields): Promise<Leave>;
  /** Amp begins to work on what the user said; the answer is what it is told beside that. */
  started(message: Fields): string | null;
  /** No plugin is left that would ask. */
  gone(): void;
}

/** Where our plugin asks. What opens it can ask, and nothing else. */
export class Gate implements AsyncDisposable {
  readonly #sink: GateSink;
  readonly #listener: Awaited<ReturnType<BridgeHost["listen"]>>;
  readonly #over = new AbortController();
  readonly #onHello: () => void;
  #staying = 0;

  private constructor(
    sink: GateSink,
    listener: Awaited<ReturnType<BridgeHost["listen"]>>,
    onHello: () => void,
  ) {
    this.#sink = sink;
    this.#listener = listener;
    this.#onHello = onHello;
  }

  /** @param onHello The plugin runs: from now on every call is asked about. */
  static async open(host: BridgeHost, sink: GateSink, onHello: () => void): Promise<Gate> {
    let gate: Gate | null = null;
    const listener = await host.listen(async (request) => {
      return (await gate?.answer(request)) ?? new Response("not open yet", { status: 503 });
    });
    gate = new Gate(sink, listener, onHello);
    return gate;
  }

  /** For the plugin alone. */
  get address(): { readonly url: string; readonly token: string } {
    const { url, token } = this.#listener;
    return { url, token };
  }

  /** Answers one request of the plugin's. */
  async answer(request: Request): Promise<Response> {
    const body: unknown = await request.json();
    const fields = isFields(body) ? body : {};
    switch (new URL(request.url).pathname) {
      case "/hello":
        this.#onHello();
        return Response.json({});
      case "/start": {
        const content = this.#sink.started(fields);
        return Response.json(content === null ? {} : { content });
      }
      case "/call":
        if (textOf(fields["id"]) === "" || textOf(fields["tool"]) === "") break;
        return Response.json(await this.#sink.call(fields));
      case "/stay":
        return this.#stay(request.signal);
    }
    return Response.json({ error: "no such question" }, { status: 400 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort();
    await this.#listener[Symbol.asyncDispose]();
  }

  /** Lasts as long as the plugin does. */
  async #stay(left: AbortSignal): Promise<Response> {
    this.#staying += 1;
    const over = AbortSignal.any([left, this.#over.signal]);
    if (!over.aborted) await once(over, "abort");
    this.#staying -= 1;
    if (this.#staying === 0 && !this.#over.signal.aborted) this.#sink.gone();
    return Response.json({});
  }
}
