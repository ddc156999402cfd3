import { BridgeError, messageOf, type BridgeHost } from "@fairlead/bridge-core";
import { fieldsOf, textOf, unattended, type Fields } from "@fairlead/bridge-core/parts";
import type { Client } from "./client.ts";

const tickMs = 10_000;
const silentTicks = 3;
const maxWaitMs = 8000;
const lostAfterTries = 6;

/** Who is told of events. */
export interface Listener {
  /** True for a session whose events it wants. */
  owns(session: string): boolean;
  event(event: Fields): void;
  /** Events were lost: what holds now has to be read. */
  resync(): void;
  /** There will be no more. */
  ended(error: BridgeError | null): void;
}

/** The one stream of events of a server, shared out to the threads they belong to. */
export class EventStream {
  /** Resolves with the first connection; rejects when there is none. */
  readonly connected: Promise<void>;
  readonly #host: BridgeHost;
  readonly #client: Client;
  readonly #listeners = new Set<Listener>();
  readonly #strangers = new Set<(session: string) => void>();
  readonly #lifetime = new AbortController();

  constructor(host: BridgeHost, client: Client, onLost: (error: BridgeError) => void) {
    this.#host = host;
    this.#client = client;
    this.connected = new Promise((resolve, reject) => {
      this.#follow(resolve).catch((cause: unknown) => {
        const words = `OpenCode's events are lost: ${messageOf(cause)}`;
        const error = BridgeError.is(cause)
          ? cause
          : new BridgeError("connection", words, { cause });
        reject(error);
        if (!this.#lifetime.signal.aborted) onLost(error);
      });
    });
    unattended(this.connected, host.log);
  }

  /** Tells `listener` everything about the sessions it owns, until the answer is disposed. */
  listen(listener: Listener): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  /** Tells of sessions that changed and are open nowhere here. */
  strangers(changed: (session: string) => void): Disposable {
    this.#strangers.add(changed);
    return { [Symbol.dispose]: () => void this.#strangers.delete(changed) };
  }

  close(error: BridgeError | null): void {
    this.#lifetime.abort();
    for (const listener of this.#listeners) listener.ended(error);
    this.#listeners.clear();
  }

  async #follow(onConnected: () => void): Promise<void> {
    const { signal } = this.#lifetime;
    for (let tries = 0, connections = 0; ; tries += 1) {
      try {
        await this.#read(() => {
          tries = 0;
          connections += 1;
          onConnected();
          if (connections > 1) for (const listener of this.#listeners) listener.resync();
        });
      } catch (error) {
        signal.throwIfAborted();
        if (connections === 0 || tries >= lostAfterTries) throw error;
        this.#host.log("warn", `opencode: events are read again: ${messageOf(error)}`, error);
      }
      await this.#host.sleep(Math.min(250 * 2 ** tries, maxWaitMs), { signal });
    }
  }

  async #read(onConnected: () => void): Promise<void> {
    const ending = new AbortController();
    const signal = AbortSignal.any([this.#lifetime.signal, ending.signal]);
    let silence = 0;
    const watch = async (): Promise<void> => {
      for (; silence < silentTicks; silence += 1) await this.#host.sleep(tickMs, { signal });
      ending.abort(new BridgeError("connection", "OpenCode has said nothing for 30 seconds"));
    };
    unattended(watch(), this.#host.log);
    try {
      const body = await this.#client.events(signal);
      const decoder = new TextDecoder();
      let rest = "";
      for await (const bytes of body) {
        silence = 0;
        const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) this.#line(line, onConnected);
      }
    } finally {
      ending.abort();
    }
  }

  #line(line: string, onConnected: () => void): void {
    if (!line.startsWith("data:")) return;
    const frame: unknown = JSON.parse(line.slice(5));
    const event = fieldsOf(fieldsOf(frame)["payload"]);
    const { type } = event;
    if (type === "server.connected") return onConnected();
    // The same once more, in the words of the second protocol.
    if (type === "sync" || type === "server.heartbeat") return;
    const { session, parent } = sessionOf(fieldsOf(event["properties"]));
    let known = session === "";
    for (const listener of this.#listeners) {
      if (session !== "" && !listener.owns(session) && !listener.owns(parent)) continue;
      known = true;
      listener.event(event);
    }
    const changed =
      type === "session.updated" || type === "session.created" || type === "session.deleted";
    if (!known && changed) for (const tell of this.#strangers) tell(session);
  }
}

/** The session an event is about, and that one's parent; empty when there is none. */
function sessionOf(properties: Fields): { readonly session: string; readonly parent: string } {
  const info = fieldsOf(properties["info"]);
  const part = fieldsOf(properties["part"]);
  const session = textOf(properties["sessionID"]) || textOf(part["sessionID"]);
  return { session: session || textOf(info["sessionID"]), parent: textOf(info["parentID"]) };
}
