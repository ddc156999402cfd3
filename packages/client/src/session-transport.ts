import {
  type CloseReason,
  type Connected,
  type FrameTransport,
  type SessionNotice,
  type TransportEvents,
  rpcCode,
} from "@fairlead/bridge-core/peer";
import { sequenceKey } from "@fairlead/codex-proto";

type Fields = Readonly<Record<string, unknown>>;

/**
 * One transport that outlives its connections: it knows the last number seen, sends again what may
 * not have arrived, and passes on nothing twice. It closes only when it is told to, or when its
 * first connection fails before it is {@link ready}.
 */
export class SessionTransport implements FrameTransport {
  #connected: FrameTransport;
  #cursor: number | null;
  #isReady = false;
  #events: TransportEvents | null = null;
  readonly #onLost: (reason: CloseReason) => void;
  /** Requests without an answer, as they were sent. */
  readonly #requests = new Map<unknown, string>();
  /** Questions of the server, with the answer given to them, until they are settled. */
  readonly #questions = new Map<unknown, string | null>();

  constructor(
    { transport, session }: Connected,
    cursor: number | null,
    onLost: (reason: CloseReason) => void,
  ) {
    this.#connected = transport;
    this.#cursor = session?.seq ?? cursor;
    this.#onLost = onLost;
  }

  /** The last number seen; null when the server gives none. */
  get cursor(): number | null {
    return this.#cursor;
  }

  /** From now on a lost connection does not end it. */
  ready(): void {
    this.#isReady = true;
  }

  /**
   * Goes on over a new connection. Unless the session is resumed, open requests are rejected with
   * `rpcCode.closed`: nobody knows what became of them.
   */
  replace({ transport, session }: Connected): void {
    const old = this.#connected;
    this.#connected = transport;
    old.close();
    if (session?.attached !== "resumed") this.#startAnew(session);
    this.#listen(transport);
    for (const text of this.#requests.values()) transport.send(text);
  }

  start(events: TransportEvents): void {
    this.#events = events;
    this.#listen(this.#connected);
  }

  send(text: string): void {
    const frame = fieldsOf(text);
    const { id, method } = frame;
    if (id !== undefined && method !== undefined) this.#requests.set(id, text);
    else if (id !== undefined && this.#questions.has(id)) this.#questions.set(id, text);
    this.#connected.send(text);
  }

  get bufferedBytes(): number {
    return this.#connected.bufferedBytes;
  }

  close(code?: number, reason?: string): void {
    this.#isReady = false;
    this.#connected.close(code, reason);
    // Its connection may have been lost before.
    this.#end({ code: code ?? 1000, reason: reason ?? "" });
  }

  #listen(transport: FrameTransport): void {
    transport.start({
      onFrame: (text) => {
        if (transport === this.#connected) this.#receive(text);
      },
      onUnreadable: (reason) => this.#events?.onUnreadable?.(reason),
      onClose: (reason) => {
        if (transport !== this.#connected) return;
        if (this.#isReady) this.#onLost(reason);
        else this.#end(reason);
      },
    });
  }

  #receive(text: string): void {
    const { id, method, params, [sequenceKey]: seq } = fieldsOf(text);
    if (typeof seq === "number") this.#cursor = seq;
    if (method === undefined) this.#requests.delete(id);
    else if (id !== undefined) {
      const answer = this.#questions.get(id);
      // Asked again: the answer was lost, or is still being found.
      if (typeof answer === "string") this.#connected.send(answer);
      if (answer !== undefined) return;
      this.#questions.set(id, null);
    } else if (method === "serverRequest/resolved" && isFields(params)) {
      this.#questions.delete(params["requestId"]);
    }
    this.#events?.onFrame(text);
  }

  #startAnew(session: SessionNotice | null): void {
    this.#cursor = session?.seq ?? null;
    this.#questions.clear();
    const requests = [...this.#requests.keys()];
    this.#requests.clear();
    const message = "the connection was lost, and with it what became of this request";
    for (const id of requests) {
      this.#events?.onFrame(JSON.stringify({ id, error: { code: rpcCode.closed, message } }));
    }
  }

  #end(reason: CloseReason): void {
    const events = this.#events;
    this.#events = null;
    events?.onClose(reason);
  }
}

function fieldsOf(text: string): Fields {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : {};
  } catch {
    return {};
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}
