import type { Subscriber } from "../server/audience.ts";
import type {
  ClientMethod,
  ClientRequests,
  ServerNotificationMethod,
  ServerNotifications,
} from "@fairlead/codex-proto";

/**
 * The client a request came from, as the method groups see it. Implemented by
 * `session/session.ts`.
 */
export interface ClientHandle {
  /** Unique; processes and watches started by a client are filed under it. */
  readonly id: string;
  /** What the client called itself in `initialize`; null when it did not say. */
  readonly name: string | null;
  /** True when `initialize` said `capabilities.experimentalApi`. */
  readonly experimental: boolean;
  /**
   * Sends a notification to this client only; it waits for a client without a connection. Does
   * nothing after the end or when the client opted out of it.
   */
  notify<M extends ServerNotificationMethod>(method: M, params: ServerNotifications[M]): void;
  /**
   * Aborted when the client's session ends, which a lost connection need not do: what the client
   * started (processes, watches, searches) ends with it.
   */
  readonly closed: AbortSignal;
}

/** What a handler gets beside its validated parameters. */
export interface RequestContext {
  readonly client: ClientHandle;
  /** The same client as threads see it: what it subscribes to them with. */
  readonly subscriber: Subscriber;
  /** Runs `action` right behind the response, before anything else is sent to this client. */
  readonly afterResponse: (action: () => void) => void;
}

/**
 * Answers one method. Params are validated against the codex schema before the call; throw
 * `RpcError` to refuse.
 */
export type Handler<M extends ClientMethod> = (
  params: ClientRequests[M]["params"],
  context: RequestContext,
) => Promise<ClientRequests[M]["result"]> | ClientRequests[M]["result"];

/** A group of handlers by method name. */
export type Handlers = { readonly [M in ClientMethod]?: Handler<M> };
