import type { ServerNotificationMethod, ServerNotifications } from "@fairlead/codex-proto";
import type { RequestId } from "../rpc/frames.ts";
import { notificationFrame, type NotificationFrame } from "../session/notification-frame.ts";
import type { ClientAnswer } from "./ask-desk.ts";

/** One client as the threads see it: a session, whether or not it has a connection. */
export interface Subscriber {
  /** Aborted when its session has ended. */
  readonly closed: AbortSignal;
  /**
   * Whether an answer of this client to a request of this method can come, and counts. One that
   * cannot is shown the question all the same, but nobody waits for it.
   */
  mayAnswer(method: string): boolean;
  /** Tells it a notification, unless the client opted out of its method. */
  deliver(frame: NotificationFrame): void;
  /** {@link deliver} for this client alone. */
  notify<M extends ServerNotificationMethod>(method: M, params: ServerNotifications[M]): void;
  /**
   * Puts a question, again and again under the same id when the client lost its connection.
   * Resolves with null when there is no answer: it is withdrawn by the signal, or the session ended.
   */
  ask(
    id: RequestId,
    method: string,
    params: unknown,
    signal: AbortSignal,
  ): Promise<ClientAnswer | null>;
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
    const frame = notificationFrame(method, params, this.#now());
    for (const subscriber of this.#subscribers) subscriber.deliver(frame);
  }
}
