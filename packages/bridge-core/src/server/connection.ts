import {
  isServerNotificationMethod,
  type ServerNotificationMethod,
  type ServerNotifications,
} from "@fairlead/codex-proto";
import {
  paramsSchema,
  describeIssues,
  isClientMethod,
  type ClientRequests,
} from "@fairlead/codex-proto";
import { RpcError } from "../errors.ts";
import type { ClientHandle, RequestContext } from "../methods/handler.ts";
import type { MethodTable } from "../methods/table.ts";
import type { RequestId } from "../rpc/frames.ts";
import { Peer, type IncomingRequest } from "../rpc/peer.ts";
import type { FrameTransport } from "../rpc/transport.ts";
import type { Audience, Subscriber } from "./audience.ts";
import type { ThreadServices } from "./services.ts";

/** What a connection needs of its server. */
export interface ConnectionParts {
  readonly id: string;
  readonly methods: MethodTable;
  readonly services: Pick<ThreadServices, "now" | "log">;
  readonly everyone: Audience;
  readonly identity: (
    clientName: string,
    clientVersion: string,
  ) => ClientRequests["initialize"]["result"];
}

/** One client: its handshake, its requests, and what is sent to it. */
export class Connection implements ClientHandle, Subscriber {
  readonly id: string;
  readonly #parts: ConnectionParts;
  readonly #peer: Peer;
  #client: {
    readonly name: string;
    readonly experimental: boolean;
    readonly muted: ReadonlySet<string>;
  } | null = null;

  constructor(transport: FrameTransport, parts: ConnectionParts) {
    this.id = parts.id;
    this.#parts = parts;
    const { now, log } = parts.services;
    this.#peer = new Peer(
      transport,
      {
        onRequest: (method, params, request) => this.#onRequest(method, params, request),
        onUnparsable: (reason) => this.#onUnparsable(reason),
      },
      { now, log },
    );
  }

  /** Resolves when the connection has ended, whoever ended it. */
  get ended(): Promise<void> {
    return this.#peer.closed.then(() => undefined);
  }

  get closed(): AbortSignal {
    return this.#peer.signal;
  }

  get experimental(): boolean {
    return this.#client?.experimental ?? false;
  }

  get name(): string | null {
    return this.#client?.name ?? null;
  }

  notify<M extends ServerNotificationMethod>(method: M, params: ServerNotifications[M]): void {
    if (this.#client?.muted.has(method) !== true) this.#peer.notify(method, params);
  }

  deliver(method: ServerNotificationMethod, text: string): void {
    if (this.#client?.muted.has(method) !== true) this.#peer.sendText(text);
  }

  ask(id: RequestId, method: string, params: unknown, signal: AbortSignal): Promise<unknown> {
    return this.#peer.requestWithId(id, method, params, { signal });
  }

  close(code: number, reason: string): void {
    this.#peer.close(code, reason);
  }

  async #onRequest(method: string, params: unknown, request: IncomingRequest): Promise<unknown> {
    if (method === "initialize") return this.#initialize(params);
    if (this.#client === null) throw RpcError.invalidRequest("Not initialized");
    if (!isClientMethod(method)) throw RpcError.methodNotFound(`unknown method \`${method}\``);
    const context: RequestContext = {
      client: this,
      subscriber: this,
      afterResponse: (action) => request.afterResponse(action),
    };
    return this.#parts.methods.dispatch(method, params, context);
  }

  #initialize(params: unknown): ClientRequests["initialize"]["result"] {
    if (this.#client !== null) throw RpcError.invalidRequest("Already initialized");
    const parsed = paramsSchema("initialize").safeParse(params);
    if (!parsed.success)
      throw RpcError.invalidParams(`initialize: ${describeIssues(parsed.error)}`);
    const { clientInfo, capabilities } = parsed.data;
    this.#client = {
      name: clientInfo.name,
      experimental: capabilities?.experimentalApi ?? false,
      muted: new Set(capabilities?.optOutNotificationMethods?.filter(isServerNotificationMethod)),
    };
    this.#parts.everyone.add(this);
    return this.#parts.identity(clientInfo.name, clientInfo.version);
  }

  #onUnparsable(reason: string): void {
    const count = this.#peer.unparsableCount;
    this.#parts.services.log(
      "warn",
      `client ${this.id}: ${reason} (frame ${count} that cannot be read)`,
    );
    this.notify("warning", { threadId: null, message: `A frame was ignored: ${reason}.` });
  }
}
