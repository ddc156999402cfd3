import {
  describeIssues,
  isClientMethod,
  isServerNotificationMethod,
  paramsSchema,
  type ClientRequests,
} from "@fairlead/codex-proto";
import { messageOf, RpcError } from "../errors.ts";
import type { RequestContext } from "../methods/handler.ts";
import type { MethodTable } from "../methods/table.ts";
import { encodeFailure, encodeResponse, parseFrame, type RequestId } from "../rpc/frames.ts";
import type { FrameTransport } from "../rpc/transport.ts";
import type { SessionLink } from "../session/attachment.ts";
import type { Remembered } from "../session/request-cache.ts";
import type { Session } from "../session/session.ts";
import type { Audience } from "./audience.ts";
import type { ThreadServices } from "./services.ts";

/** What a connection needs of its server. */
export interface ConnectionParts {
  readonly methods: MethodTable;
  readonly services: Pick<ThreadServices, "log">;
  readonly everyone: Audience;
  readonly identity: (
    clientName: string,
    clientVersion: string,
  ) => ClientRequests["initialize"]["result"];
}

/** One transport of a session: reads its frames, shakes hands, and ends without ending the session. */
export class Connection implements SessionLink {
  /** Resolves when the connection has ended, whoever ended it. */
  readonly ended: Promise<void>;
  readonly #transport: FrameTransport;
  readonly #session: Session;
  readonly #parts: ConnectionParts;
  #isInitialized = false;
  #isClosed = false;
  #unreadable = 0;

  constructor(transport: FrameTransport, session: Session, parts: ConnectionParts) {
    this.#transport = transport;
    this.#session = session;
    this.#parts = parts;
    this.ended = new Promise((resolve) => {
      queueMicrotask(() => {
        transport.start({
          onFrame: (text) => this.#receive(text),
          onUnreadable: (reason) => this.#refuse(reason),
          onDrain: () => session.drained(this),
          onClose: () => {
            this.#end();
            resolve();
          },
        });
      });
    });
  }

  send(text: string): number {
    this.#transport.send(text);
    return this.#transport.bufferedBytes;
  }

  close(code: number, reason: string): void {
    this.#isClosed = true;
    this.#transport.close(code, reason);
  }

  #end(): void {
    this.#isClosed = true;
    this.#session.detach(this);
  }

  #receive(text: string): void {
    if (this.#isClosed) return;
    const frame = parseFrame(text);
    switch (frame.kind) {
      case "request":
        this.#request(frame.id, frame.method, frame.params);
        return;
      case "response":
        this.#session.answered(frame.id, { type: "result", result: frame.result });
        return;
      case "error": {
        const { code, message, data } = frame.error;
        const error = new RpcError(code, message, data);
        this.#session.answered(frame.id, { type: "error", error });
        return;
      }
      case "invalid":
        this.#refuse(frame.reason);
        return;
      case "notification":
    }
  }

  #request(id: RequestId, method: string, params: unknown): void {
    if (method === "initialize") return this.#initialize(id, params);
    const outcome = this.#session.request(this, id, method, params);
    switch (outcome.do) {
      case "run":
        void this.#run(outcome.ticket, method, params);
        return;
      case "refuse":
        this.#session.answer(this, encodeFailure(id, RpcError.invalidRequest(outcome.reason)));
        return;
      case "nothing":
    }
  }

  /** The answer goes to whichever connection of the session asks for it last. */
  async #run(ticket: Remembered, method: string, params: unknown): Promise<void> {
    const session = this.#session;
    let after: (() => void)[] = [];
    let text: string;
    try {
      const result = await this.#dispatch(method, params, (action) => void after.push(action));
      text = encodeResponse(ticket.id, result);
    } catch (error) {
      after = [];
      if (!(error instanceof RpcError) && !session.closed.aborted) this.#report(method, error);
      text = encodeFailure(ticket.id, error);
    }
    session.respond(ticket, text);
    for (const action of after) this.#guard(method, action);
  }

  #dispatch(
    method: string,
    params: unknown,
    afterResponse: RequestContext["afterResponse"],
  ): unknown {
    const client = this.#session;
    if (client.client === null) throw RpcError.invalidRequest("Not initialized");
    if (!isClientMethod(method)) throw RpcError.methodNotFound(`unknown method \`${method}\``);
    return this.#parts.methods.dispatch(method, params, {
      client,
      subscriber: client,
      afterResponse,
    });
  }

  #initialize(id: RequestId, params: unknown): void {
    const session = this.#session;
    try {
      if (this.#isInitialized) throw RpcError.invalidRequest("Already initialized");
      const parsed = paramsSchema("initialize").safeParse(params);
      if (!parsed.success)
        throw RpcError.invalidParams(`initialize: ${describeIssues(parsed.error)}`);
      const { clientInfo, capabilities } = parsed.data;
      this.#isInitialized = true;
      session.client = {
        name: clientInfo.name,
        experimental: capabilities?.experimentalApi ?? false,
        muted: new Set(capabilities?.optOutNotificationMethods?.filter(isServerNotificationMethod)),
      };
      this.#parts.everyone.add(session);
      const identity = this.#parts.identity(clientInfo.name, clientInfo.version);
      session.answer(this, encodeResponse(id, identity));
      session.tellLoss();
    } catch (error) {
      session.answer(this, encodeFailure(id, error));
    }
  }

  #refuse(reason: string): void {
    if (this.#isClosed) return;
    this.#unreadable += 1;
    this.#parts.services.log(
      "warn",
      `client ${this.#session.id}: ${reason} (frame ${this.#unreadable} that cannot be read)`,
    );
    const message = `A frame was ignored: ${reason}.`;
    this.#session.notify("warning", { threadId: null, message });
  }

  #guard(method: string, action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#report(method, error);
    }
  }

  #report(method: string, error: unknown): void {
    this.#parts.services.log("warn", `handling ${method} failed: ${messageOf(error)}`, error);
  }
}
