import { describeIssues, serverResponseSchema } from "@fairlead/codex-proto";
import { RpcError, rpcCode } from "../errors.ts";
import type { AskRequest } from "../turn/asks.ts";
import type { Audience, Subscriber } from "./audience.ts";

/** How an open request ended: a client's result, or its refusal to answer. */
export type ClientAnswer =
  | { readonly type: "result"; readonly result: unknown }
  | { readonly type: "error"; readonly error: RpcError };

/** One request to the user that waits. */
export interface OpenRequest {
  /** Tells the clients that it needs no answer any more. Does nothing once answered. */
  withdraw(): void;
}

interface Waiting {
  readonly id: number;
  readonly threadId: string;
  readonly request: AskRequest;
  readonly audience: Audience;
  readonly over: AbortController;
  readonly asked: Set<Subscriber>;
  settle(answer: ClientAnswer): void;
}

/**
 * Every request that waits for a user, under an id that stays the same however often it is
 * delivered. Nothing here ends one but an answer, its withdrawal or the operator's own limit: no
 * lost client does.
 */
export class AskDesk {
  readonly #limitMs: number | null;
  readonly #firstId: () => number;
  #nextId: number | null = null;
  readonly #waiting = new Map<number, Waiting>();

  /**
   * `limitMs`: after this long an open request counts as refused. Null waits for ever. `firstId` is
   * asked once, for a number above every id of an earlier life: a late answer to one of those must
   * not answer another question.
   */
  constructor(limitMs: number | null, firstId: () => number) {
    this.#limitMs = limitMs;
    this.#firstId = firstId;
  }

  /** Puts a request to all of the audience; the first answer wins and is passed on once. */
  open(
    threadId: string,
    request: AskRequest,
    audience: Audience,
    onAnswer: (answer: ClientAnswer) => void,
  ): OpenRequest {
    const id = this.#nextId ?? this.#firstId();
    this.#nextId = id + 1;
    const waiting: Waiting = {
      id,
      threadId,
      request,
      audience,
      over: new AbortController(),
      asked: new Set(),
      settle: (answer) => {
        if (this.#close(waiting)) onAnswer(answer);
      },
    };
    this.#waiting.set(id, waiting);
    this.#limit(waiting);
    for (const subscriber of audience) void this.#deliver(waiting, subscriber);
    return { withdraw: () => void this.#close(waiting) };
  }

  /** Asks a client that joined an audience everything that waits there, under the same ids. */
  redeliver(audience: Audience, subscriber: Subscriber): void {
    for (const waiting of this.#waiting.values()) {
      if (waiting.audience === audience) void this.#deliver(waiting, subscriber);
    }
  }

  #limit(waiting: Waiting): void {
    if (this.#limitMs === null) return;
    const error = new RpcError(
      rpcCode.invalidRequest,
      "nobody answered within the operator's limit",
    );
    const timer = setTimeout(() => waiting.settle({ type: "error", error }), this.#limitMs);
    waiting.over.signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
  }

  #close(waiting: Waiting): boolean {
    if (!this.#waiting.delete(waiting.id)) return false;
    waiting.over.abort();
    const { threadId, id: requestId } = waiting;
    const { audience, asked } = waiting;
    const told = { threadId, requestId };
    audience.notify("serverRequest/resolved", told);
    // Who left the audience still shows the question.
    const left = [...asked].filter((subscriber) => !audience.has(subscriber));
    for (const subscriber of left) subscriber.notify("serverRequest/resolved", told);
    return true;
  }

  async #deliver(waiting: Waiting, subscriber: Subscriber): Promise<void> {
    if (waiting.asked.has(subscriber)) return;
    waiting.asked.add(subscriber);
    const { id, request, over, threadId } = waiting;
    const said = await subscriber.ask(id, request.method, request.params, over.signal);
    // A client that is gone and a withdrawal are no answers.
    if (said === null) {
      waiting.asked.delete(subscriber);
      return;
    }
    // Whom nobody waits for decides nothing either.
    if (!subscriber.mayAnswer(request.method)) return;
    if (said.type === "error") return this.#pass(waiting, subscriber, said.error);
    const answer = serverResponseSchema(request.method).safeParse(said.result);
    if (answer.success) return waiting.settle(said);
    const problem = describeIssues(answer.error);
    const message = `The answer to ${request.method} cannot be used: ${problem}`;
    subscriber.notify("warning", { threadId, message });
    this.#pass(waiting, subscriber, RpcError.invalidParams(message));
  }

  /** This client has no answer. Another may; only when none is left it counts as refused. */
  #pass(waiting: Waiting, subscriber: Subscriber, error: RpcError): void {
    const { asked, request } = waiting;
    asked.delete(subscriber);
    const isLeft = [...asked].some((other) => other.mayAnswer(request.method));
    if (!isLeft) waiting.settle({ type: "error", error });
  }
}
