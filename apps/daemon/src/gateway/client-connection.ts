import {
  encodeFailure,
  encodeNotification,
  encodeResponse,
  type FrameTransport,
  parseFrame,
  type RequestId,
  RpcError,
  type Session,
  type SessionLink,
} from "@fairlead/bridge-core/session";
import { refusalOf } from "../devices/method-roles.ts";
import type { ClientSeat } from "./client-seat.ts";
import { elementsOf, fieldsOf, textOf } from "./fields.ts";
import { identityOf, introductionOf } from "./introduction.ts";
import type { GatewayParts } from "./parts.ts";
import { errorOf, type UpstreamAnswer } from "./upstream.ts";

/** What a connection is made of. */
export interface ClientConnectionOptions {
  readonly transport: FrameTransport;
  readonly session: Session;
  readonly seat: ClientSeat;
  readonly parts: GatewayParts;
  /** Folder the client is told as codex's home. */
  readonly home: string;
  /** The last number the client saw of a session it lost; null when it lost none. */
  readonly lostAfter: number | null;
}

/** One transport of a client: reads its frames, and ends without ending its session. */
export class ClientConnection implements SessionLink {
  /** Resolves when the connection has ended, whoever ended it. */
  readonly ended: Promise<void>;
  readonly #options: ClientConnectionOptions;
  #isInitialized = false;
  #isClosed = false;

  constructor(options: ClientConnectionOptions) {
    const { transport, session } = options;
    this.#options = options;
    this.ended = new Promise((resolve) => {
      queueMicrotask(() => {
        transport.start({
          onFrame: (text) => this.#receive(text),
          onUnreadable: (reason) => this.#refuse(reason),
          onDrain: () => {
            session.drained(this);
            options.seat.eased();
          },
          onClose: () => {
            this.#isClosed = true;
            session.detach(this);
            options.seat.eased();
            resolve();
          },
        });
      });
    });
  }

  send(text: string): number {
    const { transport } = this.#options;
    transport.send(text);
    return transport.bufferedBytes;
  }

  close(code: number, reason: string): void {
    this.#isClosed = true;
    this.#options.transport.close(code, reason);
  }

  #receive(text: string): void {
    if (this.#isClosed) return;
    const { session } = this.#options;
    const frame = parseFrame(text);
    switch (frame.kind) {
      case "request":
        return this.#request(frame.id, frame.method, frame.params);
      case "response":
        return session.answered(frame.id, { type: "result", result: frame.result });
      case "error":
        return session.answered(frame.id, { type: "error", error: errorOf(frame.error) });
      case "invalid":
        return this.#refuse(frame.reason);
      case "notification":
    }
  }

  #request(id: RequestId, method: string, params: unknown): void {
    const { session, seat, parts } = this.#options;
    if (method === "initialize") return this.#initialize(id, params);
    const outcome = session.request(this, id, method, params);
    switch (outcome.do) {
      case "run": {
        const { ticket } = outcome;
        const reply = (answer: UpstreamAnswer): void =>
          session.respond(ticket, encodeAnswer(id, answer));
        if (session.client === null) {
          return session.respond(
            ticket,
            encodeFailure(id, RpcError.invalidRequest("Not initialized")),
          );
        }
        const { role, name } = seat.principal;
        const refusal = refusalOf(role, method, name);
        if (refusal === null) return seat.run(method, params, reply);
        parts.observer.refused?.(seat.principal, method, refusal);
        return session.respond(ticket, encodeFailure(id, RpcError.invalidRequest(refusal)));
      }
      case "refuse":
        return session.answer(this, encodeFailure(id, RpcError.invalidRequest(outcome.reason)));
      case "nothing":
    }
  }

  #initialize(id: RequestId, params: unknown): void {
    const { session, seat, parts, home, lostAfter } = this.#options;
    try {
      if (this.#isInitialized) throw RpcError.invalidRequest("Already initialized");
      // Of clients of a terminal nobody ever wanted to know more.
      const isTerminal = parts.agents.find(seat.endpoint ?? "")?.isTerminal === true;
      const introduction = introductionOf(params, isTerminal ? terminalClient : null);
      this.#isInitialized = true;
      const capabilities = fieldsOf(introduction["capabilities"]);
      const muted = elementsOf(
        fieldsOf(fieldsOf(params)["capabilities"])["optOutNotificationMethods"],
      );
      session.client = {
        name: textOf(introduction["clientInfo"], "name") ?? "",
        experimental: capabilities["experimentalApi"] === true,
        muted: new Set(muted.filter((method) => typeof method === "string")),
      };
      seat.introduction = introduction;
      session.answer(this, encodeResponse(id, identityOf(introduction, seat.endpoint, home)));
      session.tellLoss();
      seat.welcome(session, lostAfter);
    } catch (error) {
      session.answer(this, encodeFailure(id, error));
    }
  }

  #refuse(reason: string): void {
    if (this.#isClosed) return;
    const { seat, parts } = this.#options;
    parts.log("warn", `${seat.principal.name}: ${reason}`);
    const warning = { threadId: null, message: `A frame was ignored: ${reason}.` };
    seat.tell("warning", encodeNotification("warning", warning, parts.now()));
  }
}

const terminalClient = { name: "terminal", version: "0" } as const;

function encodeAnswer(id: RequestId, answer: UpstreamAnswer): string {
  if (answer.kind === "error") return encodeFailure(id, errorOf(answer.error));
  return `{"id":${JSON.stringify(id)},${answer.body}`;
}
