import { messageOf, RpcError, rpcCode } from "../errors.ts";
import {
  encodeFailure,
  encodeNotification,
  encodeRequest,
  encodeResponse,
  parseFrame,
  type RequestId,
} from "./frames.ts";
import type { CloseReason, FrameTransport } from "./transport.ts";

/** What a request handler may know of the request beside its parameters. */
export interface IncomingRequest {
  readonly id: RequestId;
  /** Aborted when the connection closes. One signal for all requests of a peer. */
  readonly signal: AbortSignal;
  /**
   * Runs `action` right behind the response, before anything else is sent. Not run when the request
   * fails.
   */
  readonly afterResponse: (action: () => void) => void;
}

/**
 * What the owner of a peer does with what the other side sends. Frames come in order; requests run
 * concurrently.
 */
export interface PeerHandlers {
  /**
   * Answers a request. A thrown `RpcError` is answered with its code, anything else with −32603 and
   * its message. Absent = every request is answered −32601.
   */
  onRequest?(method: string, params: unknown, request: IncomingRequest): unknown;
  onNotification?(method: string, params: unknown): void;
  /** The other side has taken what was sent; see `TransportEvents.onDrain`. */
  onDrain?(): void;
  /**
   * A frame nobody can answer, already counted. `reason` is a sentence for the sender; a binary
   * frame has no text.
   */
  onUnparsable?(reason: string, text: string): void;
}

/** Settings of a {@link Peer}. */
export interface PeerOptions {
  /**
   * Clock of the `emittedAtMs` member of notifications, as codex servers send it. Absent = the
   * member is left out.
   */
  readonly now?: () => number;
  /** Gets failures of handlers. Absent = they are only answered. */
  readonly log?: (level: "debug" | "warn", message: string, data?: unknown) => void;
}

/** Settings of one outgoing request. */
export interface RequestOptions {
  /**
   * Withdraws the request: the promise rejects with the signal's reason and a late answer is
   * ignored.
   */
  readonly signal?: AbortSignal;
}

interface Pending {
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/**
 * One side of a codex JSON-RPC connection: requests and notifications in both directions over any
 * transport. It owns the transport. Frames are delivered from the next microtask on, so handlers
 * may refer to the peer.
 */
export class Peer {
  /** Resolves once, when the connection has ended, whoever ended it. Never rejects. */
  readonly closed: Promise<CloseReason>;
  readonly #transport: FrameTransport;
  readonly #handlers: PeerHandlers;
  readonly #options: PeerOptions;
  readonly #pending = new Map<RequestId, Pending>();
  readonly #ended = new AbortController();
  #nextId = 0;
  #unparsableCount = 0;

  constructor(transport: FrameTransport, handlers: PeerHandlers = {}, options: PeerOptions = {}) {
    this.#transport = transport;
    this.#handlers = handlers;
    this.#options = options;
    this.closed = new Promise((resolve) => {
      queueMicrotask(() => {
        transport.start({
          onFrame: (text) => this.#receive(text),
          onUnreadable: (reason) => this.#refuse(reason, ""),
          onDrain: () => this.#guard("a drain", () => handlers.onDrain?.()),
          onClose: (reason) => {
            this.#end(reason);
            resolve(reason);
          },
        });
      });
    });
  }

  /** Aborted when the connection has ended, with an `RpcError` of code `closed` as its reason. */
  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  /** Bytes sent that the other side has not taken yet. */
  get bufferedBytes(): number {
    return this.#transport.bufferedBytes;
  }

  /** Frames that could not be parsed so far. */
  get unparsableCount(): number {
    return this.#unparsableCount;
  }

  /**
   * Asks the other side. Rejects with its `RpcError`, or with code `closed` when the connection
   * ends first.
   */
  request(method: string, params: unknown, options?: RequestOptions): Promise<unknown> {
    while (this.#pending.has(this.#nextId)) this.#nextId += 1;
    const id = this.#nextId;
    this.#nextId += 1;
    return this.requestWithId(id, method, params, options);
  }

  /**
   * {@link request} under an id of the caller's choice, to ask again what was asked on an earlier
   * connection. Rejects when a request with this id is still open.
   */
  requestWithId(
    id: RequestId,
    method: string,
    params: unknown,
    { signal }: RequestOptions = {},
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#ended.signal.throwIfAborted();
      signal?.throwIfAborted();
      if (this.#pending.has(id)) throw new Error(`a request with the id ${id} is still open`);
      const text = encodeRequest(id, method, params);
      const withdraw = () => {
        this.#pending.delete(id);
        reject(signal?.reason);
      };
      signal?.addEventListener("abort", withdraw, { once: true });
      this.#pending.set(id, {
        resolve(result) {
          signal?.removeEventListener("abort", withdraw);
          resolve(result);
        },
        reject(error) {
          signal?.removeEventListener("abort", withdraw);
          reject(error);
        },
      });
      this.#transport.send(text);
    });
  }

  /** Tells the other side something. Does nothing after the close. */
  notify(method: string, params: unknown): void {
    this.#transport.send(encodeNotification(method, params, this.#options.now?.()));
  }

  /**
   * Sends a frame that is already text, so that one `encodeNotification` serves many subscribers.
   */
  sendText(text: string): void {
    this.#transport.send(text);
  }

  /** Ends the connection. Idempotent. `code` is a WebSocket close code, 1000 by default. */
  close(code?: number, reason?: string): void {
    this.#transport.close(code, reason);
  }

  #receive(text: string): void {
    const frame = parseFrame(text);
    switch (frame.kind) {
      case "notification":
        this.#guard(frame.method, () => {
          this.#handlers.onNotification?.(frame.method, frame.params);
        });
        return;
      case "request":
        void this.#answer(frame.id, frame.method, frame.params);
        return;
      case "response":
        this.#take(frame.id)?.resolve(frame.result);
        return;
      case "error": {
        const { code, message, data } = frame.error;
        this.#take(frame.id)?.reject(new RpcError(code, message, data));
        return;
      }
      case "invalid":
        this.#refuse(frame.reason, text);
    }
  }

  #refuse(reason: string, text: string): void {
    this.#unparsableCount += 1;
    this.#guard("an unparsable frame", () => {
      this.#handlers.onUnparsable?.(reason, text);
    });
  }

  async #answer(id: RequestId, method: string, params: unknown): Promise<void> {
    let after: (() => void)[] = [];
    let text: string;
    try {
      if (this.#handlers.onRequest === undefined) {
        throw RpcError.methodNotFound(`this side answers no requests, so not \`${method}\``);
      }
      const result = await this.#handlers.onRequest(method, params, {
        id,
        signal: this.#ended.signal,
        afterResponse: (action) => void after.push(action),
      });
      text = encodeResponse(id, result);
    } catch (error) {
      after = [];
      const isUnexpected = !(error instanceof RpcError) && !this.#ended.signal.aborted;
      if (isUnexpected) this.#report(method, error);
      text = encodeFailure(id, error);
    }
    this.#transport.send(text);
    for (const action of after) this.#guard(method, action);
  }

  #take(id: RequestId): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }

  #guard(method: string, action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#report(method, error);
    }
  }

  #report(method: string, error: unknown): void {
    this.#options.log?.("warn", `handling ${method} failed: ${messageOf(error)}`, error);
  }

  #end({ code, reason }: CloseReason): void {
    const detail = [code === null ? "" : ` (${code})`, reason === "" ? "" : `: ${reason}`].join("");
    const error = new RpcError(rpcCode.closed, `the connection closed${detail}`);
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    this.#ended.abort(error);
    for (const request of pending) request.reject(error);
  }
}
