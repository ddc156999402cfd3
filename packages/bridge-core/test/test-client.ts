import type {
  ClientMethod,
  ClientRequests,
  ServerNotificationMethod,
  ServerNotifications,
} from "@fairlead/codex-proto";
import type { ClientHandle, Handlers } from "../src/methods/handler.ts";

/** A notification as the client got it. */
interface Received {
  readonly method: ServerNotificationMethod;
  readonly params: unknown;
}

/** A client of handlers: sends requests, keeps the notifications, can hang up. */
export class TestClient implements ClientHandle {
  readonly name = "test";
  readonly experimental = true;
  readonly received: Received[] = [];
  readonly id: string;
  readonly #hangUp = new AbortController();
  readonly #waiting = new Set<() => void>();
  readonly #handlers: Handlers;

  constructor(handlers: Handlers, id = "client-1") {
    this.#handlers = handlers;
    this.id = id;
  }

  get closed(): AbortSignal {
    return this.#hangUp.signal;
  }

  notify<M extends ServerNotificationMethod>(method: M, params: ServerNotifications[M]): void {
    this.received.push({ method, params });
    for (const check of this.#waiting) check();
  }

  hangUp(): void {
    this.#hangUp.abort();
  }

  async request<M extends ClientMethod>(
    method: M,
    params: ClientRequests[M]["params"],
  ): Promise<ClientRequests[M]["result"]> {
    const handler = this.#handlers[method];
    if (handler === undefined) throw new Error(`no handler for ${method}`);
    const after: (() => void)[] = [];
    const result = await handler(params, {
      client: this,
      subscriber: {
        closed: new AbortController().signal,
        notify: () => {},
        mayAnswer: () => true,
        deliver: () => {},
        ask: () => Promise.reject(new Error("not asked here")),
      },
      afterResponse: (action) => void after.push(action),
    });
    for (const action of after) action();
    return result;
  }

  /** Resolves once the notifications so far satisfy `predicate`. */
  until(predicate: (received: readonly Received[]) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = (): void => {
        if (!predicate(this.received)) return;
        this.#waiting.delete(check);
        resolve();
      };
      this.#waiting.add(check);
      check();
    });
  }

  /** Parameters of every notification of one method. */
  of(method: ServerNotificationMethod): unknown[] {
    return this.received.filter((one) => one.method === method).map((one) => one.params);
  }

  /** All output of a streamed process so far, decoded. */
  output(): string {
    return this.received
      .map(({ params }) =>
        typeof params === "object" && params !== null && "deltaBase64" in params
          ? Buffer.from(String(params.deltaBase64), "base64").toString("utf8")
          : "",
      )
      .join("");
  }
}
