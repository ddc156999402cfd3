import { once } from "node:events";
import type { BridgeHost } from "../adapter.ts";
import { idIn, isFields, textOf, type Fields } from "./fields.ts";

type Listener = Awaited<ReturnType<BridgeHost["listen"]>>;

/** What a plugin is told about a call that it holds. */
export type Leave =
  | { readonly action: "allow" }
  | { readonly action: "reject-and-continue"; readonly message: string };

/** What a plugin tells and asks. */
export interface PluginSink {
  /** A tool is about to run; null where somebody has to be asked, see {@link PluginGate.decide}. */
  call(call: Fields): Leave | null;
  /** Nobody waits any more for what becomes of a call. */
  left(id: string): void;
  /** The agent begins to work on what the user said; the answer is what it is told beside that. */
  started(message: Fields): string | null;
  /** No plugin is left that would ask. */
  gone(): void;
}

/** A no, with what the model is told. */
export function refusal(message: string): Leave {
  return { action: "reject-and-continue", message };
}

/**
 * Where a plugin of ours, inside an agent that asks nobody by itself, asks before a tool runs. Who has
 * its address and token can ask, and nothing else: no answer to one call holds for another.
 */
export class PluginGate implements AsyncDisposable {
  /** Resolves when a plugin runs: from then on every call is asked about. */
  readonly reported: Promise<void>;
  readonly #sink: PluginSink;
  readonly #listener: Listener;
  readonly #held = new Map<string, (leave: Leave) => void>();
  readonly #over = new AbortController();
  #refusal: Leave | null = null;
  #onReport: () => void = () => {};
  #staying = 0;

  private constructor(sink: PluginSink, listener: Listener) {
    this.#sink = sink;
    this.#listener = listener;
    this.reported = new Promise((resolve) => (this.#onReport = resolve));
  }

  static async open(host: BridgeHost, sink: PluginSink): Promise<PluginGate> {
    let gate: PluginGate | null = null;
    const listener = await host.listen(async (request) => {
      return gate === null ? new Response(null, { status: 503 }) : gate.#answer(request);
    });
    gate = new PluginGate(sink, listener);
    return gate;
  }

  /** For the plugin alone. */
  get address(): { readonly url: string; readonly token: string } {
    const { url, token } = this.#listener;
    return { url, token };
  }

  /** What becomes of a call that is held; unknown ones are ignored. */
  decide(id: string, leave: Leave): void {
    this.#held.get(id)?.(leave);
    this.#held.delete(id);
  }

  /** Refuses all that is held, and from now on all that is asked. */
  refuse(message: string): void {
    this.#refusal ??= refusal(message);
    for (const id of this.#held.keys()) this.decide(id, refusal(message));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort();
    this.refuse("The agent was stopped.");
    await this.#listener[Symbol.asyncDispose]();
  }

  async #answer(request: Request): Promise<Response> {
    const body: unknown = await request.json().catch(() => null);
    const fields = isFields(body) ? body : {};
    switch (new URL(request.url).pathname) {
      case "/hello":
        this.#onReport();
        return Response.json({});
      case "/start": {
        const content = this.#sink.started(fields);
        return Response.json(content === null ? {} : { content });
      }
      case "/call":
        if (idIn(fields["id"]) === "" || textOf(fields["tool"]) === "") break;
        return Response.json(await this.#called(fields, request.signal));
      case "/stay":
        await this.#stay(request.signal);
        return Response.json({});
    }
    return Response.json({ error: "no such question" }, { status: 400 });
  }

  async #called(call: Fields, left: AbortSignal): Promise<Leave> {
    if (this.#refusal !== null) return this.#refusal;
    const id = idIn(call["id"]);
    // A question under the same id takes the place of one before it.
    this.decide(id, refusal("It was asked again."));
    const held = new Promise<Leave>((decide) => this.#held.set(id, decide));
    const own = this.#held.get(id);
    const leave = this.#sink.call(call);
    if (leave !== null) this.decide(id, leave);
    const onLeft = (): void => {
      if (this.#held.get(id) !== own) return;
      this.decide(id, refusal("Nobody waits for it."));
      this.#sink.left(id);
    };
    left.addEventListener("abort", onLeft, { once: true });
    return held.finally(() => left.removeEventListener("abort", onLeft));
  }

  /** Lasts as long as a plugin does. */
  async #stay(left: AbortSignal): Promise<void> {
    this.#staying += 1;
    const over = AbortSignal.any([left, this.#over.signal]);
    if (!over.aborted) await once(over, "abort");
    this.#staying -= 1;
    if (this.#staying === 0 && !this.#over.signal.aborted) this.#sink.gone();
  }
}
