import type { ServerNotificationMethod, ServerNotifications } from "@fairlead/codex-proto";
import { encodeNotification, type RequestId } from "../rpc/frames.ts";

/** One client as the threads see it. */
export interface Subscriber {
  /** Aborted when its connection has ended. */
  readonly closed: AbortSignal;
  /** Sends a notification that is already text, unless the client opted out of its method. */
  deliver(method: ServerNotificationMethod, text: string): void;
  /** {@link deliver} for this client alone. */
  notify<M extends ServerNotificationMethod>(method: M, params: ServerNotifications[M]): void;
  /** Puts a question. Rejects with an `RpcError` when the client refuses or its connection ends. */
  ask(id: RequestId, method: string, params: unknown, signal: AbortSignal): Promise<unknown>;
}

/** The clients something is told to. A frame is made text once, however many they are. */
export class Audience {
  readonly #subscribers = new Set<Subscriber>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  get size(): number {
    return this.#subscribers.size;
  }

  has(subscriber: Subscriber): boolean {
    return this.#subscribers.has(subscriber);
  }

  /**
   * A client that was lost while its request was under way is not taken on: nobody would remove it.
   */
  add(subscriber: Subscriber): void {
    if (!subscriber.closed.aborted) this.#subscribers.add(subscriber);
  }

  delete(subscriber: Subscriber): boolean {
    return this.#subscribers.delete(subscriber);
  }

  [Symbol.iterator](): IterableIterator<Subscriber> {
    return this.#subscribers[Symbol.iterator]();
  }

  notify<M extends ServerNotificationMethod>(method: M, params: ServerNotifications[M]): void {
    if (this.#subscribers.size === 0) return;
    const text = encodeNotification(method, params, this.#now());
    for (const subscriber of this.#subscribers) subscriber.deliver(method, text);
  }
}
