import type { BridgeHost } from "../adapter.ts";
import { BridgeError, messageOf } from "../errors.ts";
import { followEvents } from "./event-source.ts";
import { fieldsOf, type Fields } from "./fields.ts";
import { unattended } from "./unattended.ts";

/** Who is told of events. */
export interface SessionListener {
  /** True for a session whose events it wants. */
  owns(session: string): boolean;
  event(event: Fields): void;
  /** Events were lost: what holds now has to be read. */
  resync(): void;
}

/** What a frame of the stream is. */
export type SessionFrame =
  /** The first of every connection. */
  | "connected"
  | "ignored"
  | {
      readonly event: Fields;
      /** Session it is about; empty when it is about none and goes to all. */
      readonly session: string;
      /** Who owns this one owns `session` too. */
      readonly parent: string;
      /** It changes what a list of sessions shows. */
      readonly isListed: boolean;
    };

/** How {@link SessionEvents} reads a stream. */
export interface SessionEventsOptions {
  readonly host: BridgeHost;
  /** The agent's name in sentences. */
  readonly agent: string;
  readonly open: (signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>;
  readonly read: (frame: Fields) => SessionFrame;
  /** Without a byte for so long a connection counts as dead. */
  readonly silenceMs: number;
  /** Told of sessions that changed and are open nowhere here. */
  readonly onStranger: (session: string) => void;
  /** No connection can be had any more. */
  readonly onLost: (error: BridgeError) => void;
}

/** The one stream of events of a server, shared out to the threads whose sessions they are about. */
export class SessionEvents {
  /** Resolves with the first connection; rejects when there is none. */
  readonly connected: Promise<void>;
  readonly #options: SessionEventsOptions;
  readonly #listeners = new Set<SessionListener>();
  readonly #lifetime = new AbortController();
  #connections = 0;
  #making = 0;
  /** Unknown sessions, told while ours were made. */
  readonly #unknown = new Set<string>();

  constructor(options: SessionEventsOptions) {
    this.#options = options;
    const { host, agent, open, silenceMs, onLost } = options;
    const { signal } = this.#lifetime;
    this.connected = new Promise((resolve, reject) => {
      const onData = (frame: unknown): void => this.#frame(fieldsOf(frame), resolve);
      followEvents({ host, open, onData, silenceMs, signal }).catch((cause: unknown) => {
        const words = `the events of ${agent} are lost: ${messageOf(cause)}`;
        const error = new BridgeError("connection", words, { cause });
        reject(error);
        if (!signal.aborted) onLost(error);
      });
    });
    unattended(this.connected, host.log);
  }

  /** Tells `listener` everything about the sessions it owns, until the answer is disposed. */
  listen(listener: SessionListener): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  /** Makes sessions, and listens to them: what is told of them before that is of no stranger. */
  async making<T>(work: () => Promise<T>): Promise<T> {
    this.#making += 1;
    try {
      return await work();
    } finally {
      this.#making -= 1;
      const unknown = this.#making === 0 ? [...this.#unknown] : [];
      for (const session of unknown) {
        this.#unknown.delete(session);
        const isOurs = [...this.#listeners].some((listener) => listener.owns(session));
        if (!isOurs) this.#options.onStranger(session);
      }
    }
  }

  /** Tells nobody anything any more. */
  close(): void {
    this.#lifetime.abort();
    this.#listeners.clear();
  }

  #frame(frame: Fields, onConnected: () => void): void {
    const read = this.#options.read(frame);
    if (read === "ignored") return;
    if (read === "connected") {
      onConnected();
      this.#connections += 1;
      if (this.#connections > 1) for (const listener of this.#listeners) listener.resync();
      return;
    }
    const { event, session, parent, isListed } = read;
    let isOurs = session === "";
    for (const listener of this.#listeners) {
      if (session !== "" && !listener.owns(session) && !listener.owns(parent)) continue;
      isOurs = true;
      listener.event(event);
    }
    if (isOurs || !isListed) return;
    if (this.#making > 0) this.#unknown.add(session);
    else this.#options.onStranger(session);
  }
}
