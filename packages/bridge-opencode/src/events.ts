import { BridgeError, messageOf, type BridgeHost } from "@fairlead/bridge-core";
import {
  fieldsOf,
  followEvents,
  textOf,
  unattended,
  type Fields,
} from "@fairlead/bridge-core/parts";
import type { Client } from "./client.ts";

/** The server has a heartbeat every ten seconds. */
const silenceMs = 30_000;
const listed = new Set(["session.created", "session.updated", "session.deleted"]);

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
export class Events {
  /** Resolves with the first connection; rejects when there is none. */
  readonly connected: Promise<void>;
  readonly #listeners = new Set<Listener>();
  readonly #onStranger: (session: string) => void;
  readonly #lifetime = new AbortController();
  #connections = 0;

  constructor(
    host: BridgeHost,
    client: Client,
    o: {
      /** Told of sessions that changed and are open nowhere here. */
      readonly onStranger: (session: string) => void;
      readonly onLost: (error: BridgeError) => void;
    },
  ) {
    const { signal } = this.#lifetime;
    this.#onStranger = o.onStranger;
    this.connected = new Promise((resolve, reject) => {
      const onData = (frame: unknown): void => this.#frame(fieldsOf(frame), resolve);
      const open = (until: AbortSignal): Promise<ReadableStream> => client.events(until);
      followEvents({ host, open, onData, silenceMs, signal }).catch((cause: unknown) => {
        if (signal.aborted) return reject(cause);
        const words = `OpenCode's events are lost: ${messageOf(cause)}`;
        const error = new BridgeError("connection", words, { cause });
        reject(error);
        o.onLost(error);
      });
    });
    unattended(this.connected, host.log);
  }

  /** Tells `listener` everything about the sessions it owns, until the answer is disposed. */
  listen(listener: Listener): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  /** Ends it for all, with the reason there is. */
  close(error: BridgeError | null): void {
    this.#lifetime.abort();
    for (const listener of this.#listeners) listener.ended(error);
    this.#listeners.clear();
  }

  #frame(frame: Fields, onConnected: () => void): void {
    const event = fieldsOf(frame["payload"]);
    const type = textOf(event["type"]);
    if (type === "server.connected") {
      onConnected();
      this.#connections += 1;
      if (this.#connections > 1) for (const listener of this.#listeners) listener.resync();
    }
    // `sync` is the same once more, in the words of the second protocol.
    if (type.startsWith("server.") || type === "sync") return;
    const { session, parent } = sessionOf(fieldsOf(event["properties"]));
    let isOurs = session === "";
    for (const listener of this.#listeners) {
      if (session !== "" && !listener.owns(session) && !listener.owns(parent)) continue;
      isOurs = true;
      listener.event(event);
    }
    if (!isOurs && listed.has(type)) this.#onStranger(session);
  }
}

/** The session an event is about, and that one's parent; empty when there is none. */
function sessionOf(properties: Fields): { readonly session: string; readonly parent: string } {
  const info = fieldsOf(properties["info"]);
  const part = fieldsOf(properties["part"]);
  const session = textOf(properties["sessionID"]) || textOf(part["sessionID"]);
  return { session: session || textOf(info["sessionID"]), parent: textOf(info["parentID"]) };
}
