import { createHash } from "node:crypto";
import type { ServerNotificationMethod, ServerNotifications } from "@fairlead/codex-proto";
import type { ClientHandle } from "../methods/handler.ts";
import { encodeRequest, type RequestId } from "../rpc/frames.ts";
import type { ClientAnswer } from "../server/ask-desk.ts";
import type { Subscriber } from "../server/audience.ts";
import type { SessionLink } from "./attachment.ts";
import { notificationFrame, type NotificationFrame } from "./notification-frame.ts";
import type { Remembered } from "./request-cache.ts";
import { SessionState, type RequestOutcome, type SessionStart } from "./session-state.ts";

/** What a client said of itself in `initialize`. */
export interface ClientDescription {
  readonly name: string;
  readonly experimental: boolean;
  /** Notifications it does not want. */
  readonly muted: ReadonlySet<string>;
}

/** What a session is made with. */
export interface SessionOptions extends SessionStart {
  readonly id: string;
  /** Name of the client's device; null for one that ends with its connection. */
  readonly device: string | null;
  /** Its client comes from a session whose frames it has not all seen. */
  readonly hasLost: boolean;
  /** For what clients are told. */
  readonly now: () => number;
  /** Time without a connection after which it ends. */
  readonly idleMs: number;
  /** It has ended, whyever. Called once. */
  readonly onEnd: (session: Session) => void;
}

/**
 * One logical client of one agent: what it subscribed to, what it started and what it is told. It
 * outlives its connections.
 */
export class Session implements ClientHandle, Subscriber {
  readonly id: string;
  readonly device: string | null;
  readonly #options: SessionOptions;
  readonly #state: SessionState;
  readonly #ended = new AbortController();
  readonly #answers = new Map<RequestId, (answer: ClientAnswer | null) => void>();
  #client: ClientDescription | null = null;
  #mayAnswer: (method: string) => boolean = () => true;
  /** Its client lost an earlier one and has not been told yet. */
  #hasLost: boolean;
  #idle: NodeJS.Timeout | null = null;

  constructor(options: SessionOptions) {
    this.id = options.id;
    this.device = options.device;
    this.#options = options;
    this.#hasLost = options.hasLost;
    this.#state = new SessionState(options, elapsedMs());
    this.#wait();
  }

  /** Aborted when the session has ended. A lost connection ends only one without a device. */
  get closed(): AbortSignal {
    return this.#ended.signal;
  }

  get name(): string | null {
    return this.#client?.name ?? null;
  }

  get experimental(): boolean {
    return this.#client?.experimental ?? false;
  }

  /** Null before the handshake. */
  get client(): ClientDescription | null {
    return this.#client;
  }

  set client(client: ClientDescription) {
    this.#client = client;
  }

  mayAnswer(method: string): boolean {
    return this.#mayAnswer(method);
  }

  /** Leaves answers to certain questions to others from now on. */
  limitAnswers(mayAnswer: (method: string) => boolean): void {
    this.#mayAnswer = mayAnswer;
  }

  get state(): Pick<
    SessionState,
    "head" | "floor" | "owns" | "canResume" | "isAttached" | "isBehind" | "detachedAtMs" | "held"
  > {
    return this.#state;
  }

  /** Tells a client once, when it is ready to hear it, that it missed something. */
  tellLoss(): void {
    if (!this.#hasLost) return;
    this.#hasLost = false;
    const message =
      "Events were lost while this client was away: load its threads again with thread/resume.";
    this.notify("warning", { threadId: null, message });
  }

  notify<M extends ServerNotificationMethod>(method: M, params: ServerNotifications[M]): void {
    this.deliver(notificationFrame(method, params, this.#options.now()));
  }

  deliver(frame: NotificationFrame): void {
    if (this.#ended.signal.aborted || this.#client?.muted.has(frame.method) === true) return;
    this.#state.notify(frame);
  }

  ask(
    id: RequestId,
    method: string,
    params: unknown,
    signal: AbortSignal,
  ): Promise<ClientAnswer | null> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve(null);
      const settle = (answer: ClientAnswer | null): void => {
        signal.removeEventListener("abort", withdraw);
        resolve(answer);
      };
      const withdraw = (): void => this.withdraw(id);
      signal.addEventListener("abort", withdraw, { once: true });
      this.put(id, encodeRequest(id, method, params), settle);
    });
  }

  /**
   * Puts a question that is text already. `settle` is called once, in the order of the client's
   * frames: with its answer, or with null when there is none any more.
   */
  put(id: RequestId, text: string, settle: (answer: ClientAnswer | null) => void): void {
    if (this.#ended.signal.aborted) return settle(null);
    this.#answers.set(id, (answer) => {
      this.#answers.delete(id);
      this.#state.settle(id);
      settle(answer);
    });
    this.#state.ask(id, text);
  }

  /** A question needs no answer any more. Nothing happens when it is not open. */
  withdraw(id: RequestId): void {
    this.#answers.get(id)?.(null);
  }

  /** A client's word on a question. Nothing happens when it is not open: the first one won. */
  answered(id: RequestId, answer: ClientAnswer): void {
    this.#answers.get(id)?.(answer);
  }

  attach(link: SessionLink, cursor: number): void {
    this.#stopWaiting();
    this.#state.attach(link, cursor);
  }

  detach(link: SessionLink): void {
    this.#state.detach(link, elapsedMs());
    if (this.#state.isAttached || this.#ended.signal.aborted) return;
    if (this.device === null) this.end();
    else this.#wait();
  }

  drained(link: SessionLink): void {
    this.#state.drained(link);
  }

  /** A request came; only one that changes something is remembered if its answer grows too old. */
  request(link: SessionLink, id: RequestId, method: string, params: unknown): RequestOutcome {
    const print = this.device === null ? "" : printOf(method, params);
    return this.#state.request(link, { id, print, repeatable: readsOnly.test(method) });
  }

  respond(ticket: Remembered, text: string): void {
    this.#state.respond(ticket, text);
  }

  answer(link: SessionLink, text: string): void {
    this.#state.answer(link, text);
  }

  /** Ends it: its processes end, what it was asked waits for others. Idempotent. */
  end(code = 1000, reason = ""): void {
    if (this.#ended.signal.aborted) return;
    this.#stopWaiting();
    this.#ended.abort(new Error("the client is gone"));
    this.#state.close(code, reason);
    for (const settle of [...this.#answers.values()]) settle(null);
    this.#options.onEnd(this);
  }

  #wait(): void {
    const { idleMs } = this.#options;
    this.#stopWaiting();
    const leftMs = this.#state.detachedAtMs + idleMs - elapsedMs();
    if (!Number.isFinite(leftMs)) return;
    this.#idle = setTimeout(
      () => {
        if (this.#state.isOver(elapsedMs(), idleMs)) this.end();
        else this.#wait();
      },
      Math.max(1, leftMs),
    );
    this.#idle.unref();
  }

  #stopWaiting(): void {
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#idle = null;
  }
}

/** Methods that change nothing, so that running them again is no harm. */
const readsOnly = /(^|\/)(list|read|search|resume)$/u;

function printOf(method: string, params: unknown): string {
  return createHash("sha256")
    .update(`${method}\n${JSON.stringify(params) ?? ""}`)
    .digest("base64");
}

/** How long a client has been away is no matter of a clock that somebody may set. */
function elapsedMs(): number {
  return performance.now();
}
