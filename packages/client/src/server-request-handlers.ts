import type { IncomingRequest, RequestId } from "@fairlead/bridge-core/peer";
import { RpcError } from "@fairlead/bridge-core/peer";
import {
  type ServerRequestMethod,
  type ServerRequests,
  serverRequestSchema,
} from "@fairlead/codex-proto";
import type { WireEdge } from "./wire-edge.ts";

/** What a handler knows of a server request beside its parameters. */
export interface ServerRequestContext {
  readonly id: RequestId;
  /**
   * Aborted when the question is settled without this client (another one answered, the turn was
   * interrupted) or the connection ended. An answer after that is not sent.
   */
  readonly signal: AbortSignal;
}

/** Answers one server request. A thrown `RpcError` is sent as the error it is. */
export type ServerRequestHandler<M extends ServerRequestMethod> = (
  params: ServerRequests[M]["params"],
  context: ServerRequestContext,
) => Promise<ServerRequests[M]["result"]> | ServerRequests[M]["result"];

/** Answers the server requests that have no handler of their own. */
export type AnyServerRequestHandler = (
  method: string,
  params: unknown,
  context: ServerRequestContext,
) => unknown;

/** A handler that never answers: for a client that watches a thread which others steer. */
export function leaveToOthers(): Promise<never> {
  return new Promise(() => {});
}

interface Registered {
  readonly method: string;
  readonly threadId: string | undefined;
  readonly run: (params: unknown, context: ServerRequestContext) => unknown;
}

/** The handlers of one client, and the questions that wait for them. */
export class ServerRequestHandlers {
  readonly #edge: WireEdge;
  readonly #fallback: AnyServerRequestHandler | null;
  readonly #registered: Registered[] = [];
  /** Questions that came before their handler. */
  readonly #early = new Set<(entry: Registered) => void>();
  readonly #open = new Map<RequestId, AbortController>();

  /** `fallback` answers what has no handler; null lets it wait for one. */
  constructor(edge: WireEdge, fallback: AnyServerRequestHandler | null) {
    this.#edge = edge;
    this.#fallback = fallback;
  }

  /** The newest handler for a method and thread wins. Dispose it to bring the one before back. */
  add<M extends ServerRequestMethod>(
    method: M,
    handler: ServerRequestHandler<M>,
    threadId?: string,
  ): Disposable {
    const run = (params: unknown, context: ServerRequestContext): unknown => {
      this.#edge.check<ServerRequests[M]["params"]>(params, method, () =>
        serverRequestSchema(method),
      );
      return handler(params, context);
    };
    const entry: Registered = { method, threadId, run };
    this.#registered.unshift(entry);
    for (const offer of this.#early) offer(entry);
    return {
      [Symbol.dispose]: () => {
        const index = this.#registered.indexOf(entry);
        if (index >= 0) this.#registered.splice(index, 1);
      },
    };
  }

  /** Answers a request. Never settles when the question is settled elsewhere first. */
  async answer(method: string, params: unknown, { id, signal }: IncomingRequest): Promise<unknown> {
    const settled = new AbortController();
    this.#open.get(id)?.abort(new Error(`server request ${id} was asked again`));
    this.#open.set(id, settled);
    const context = { id, signal: AbortSignal.any([signal, settled.signal]) };
    const threadId = threadOf(params);
    try {
      const run = this.#find(method, threadId)?.run ?? this.#fallback?.bind(undefined, method);
      const result = await (run ?? (await this.#handlerOf(method, threadId)))(params, context);
      if (!settled.signal.aborted) return result;
    } catch (error) {
      if (!settled.signal.aborted) throw error;
    } finally {
      if (this.#open.get(id) === settled) this.#open.delete(id);
    }
    return leaveToOthers();
  }

  /** The server said that a question is settled. */
  settle(id: RequestId): void {
    this.#open.get(id)?.abort(new Error(`server request ${id} was settled without this client`));
  }

  /** The server that asked is gone, or has forgotten this client: it asks again what still counts. */
  settleAll(): void {
    for (const id of this.#open.keys()) this.settle(id);
  }

  /** The first handler for a method and thread that is still to be added. */
  async #handlerOf(method: string, threadId: string | undefined): Promise<Registered["run"]> {
    return new Promise((resolve) => {
      const offer = (entry: Registered): void => {
        if (entry.method !== method) return;
        if (entry.threadId !== undefined && entry.threadId !== threadId) return;
        this.#early.delete(offer);
        resolve(entry.run);
      };
      this.#early.add(offer);
    });
  }

  #find(method: string, threadId: string | undefined): Registered | undefined {
    const fitting = this.#registered.filter((entry) => entry.method === method);
    return (
      fitting.find((entry) => entry.threadId !== undefined && entry.threadId === threadId) ??
      fitting.find((entry) => entry.threadId === undefined)
    );
  }
}

/** The fallback of a client that answers only what it has handlers for. */
export function refuse(method: string): never {
  throw RpcError.methodNotFound(`this client does not answer ${method}`);
}

function threadOf(params: unknown): string | undefined {
  if (typeof params !== "object" || params === null || !("threadId" in params)) return undefined;
  return typeof params.threadId === "string" ? params.threadId : undefined;
}
