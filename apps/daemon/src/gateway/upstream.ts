import {
  type ClientAnswer,
  encodeFailure,
  encodeNotification,
  encodeRequest,
  encodeResponse,
  type ErrorBody,
  type FrameTransport,
  parseFrame,
  type RequestId,
  RpcError,
  rpcCode,
} from "@fairlead/bridge-core/session";
import { minimalRole } from "../devices/method-roles.ts";

/** What came back to a request. */
export type UpstreamAnswer =
  | {
      readonly kind: "result";
      /** The frame behind its id: `"result":…}`. Passed on as it is, it need not be parsed. */
      readonly body: string;
      readonly result: () => unknown;
    }
  | { readonly kind: "error"; readonly error: ErrorBody };

/** What a connection to an agent tells. Called in the order of the frames. */
export interface UpstreamEvents {
  /** A notification that comes often and needs no look inside. Not parsed. */
  onDelta(method: string, text: string): void;
  onNotification(method: string, params: unknown, text: string): void;
  onRequest(id: RequestId, method: string, params: unknown): void;
  onUnreadable(reason: string): void;
  /** The other side ended it. Called once, and not after {@link Upstream.close}. */
  onLost(reason: string): void;
}

/** Notifications that come often. */
const deltas: ReadonlySet<string> = new Set([
  "item/agentMessage/delta",
  "item/plan/delta",
  "item/reasoning/summaryTextDelta",
  "item/reasoning/textDelta",
  "item/commandExecution/outputDelta",
  "item/fileChange/outputDelta",
  "item/dynamicToolCall/argumentsDelta",
  "command/exec/outputDelta",
  "process/outputDelta",
  "thread/realtime/outputAudio/delta",
]);

interface Pending {
  readonly method: string;
  readonly settle: (answer: UpstreamAnswer) => void;
}

/** One connection to an agent, as its client. Owns the transport. */
export class Upstream {
  readonly #transport: FrameTransport;
  readonly #events: UpstreamEvents;
  readonly #pending = new Map<RequestId, Pending>();
  #nextId = 1;
  #isClosed = false;

  constructor(transport: FrameTransport, events: UpstreamEvents) {
    this.#transport = transport;
    this.#events = events;
    transport.start({
      onFrame: (text) => this.#receive(text),
      onUnreadable: (reason) => events.onUnreadable(reason),
      onClose: ({ reason }) => this.#end(reason),
    });
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Asks the agent. `settle` is called once, right when the answer comes or the connection ends. */
  request(method: string, params: unknown, settle: (answer: UpstreamAnswer) => void): void {
    if (this.#isClosed) return settle(failedAnswer("The agent was lost. Send it again."));
    const id = this.#nextId;
    this.#nextId += 1;
    this.#pending.set(id, { method, settle });
    this.#transport.send(encodeRequest(id, method, params));
  }

  /** {@link request} for its result. Rejects with the agent's `RpcError`. */
  ask(method: string, params: unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.request(method, params, (answer) => {
        if (answer.kind === "result") resolve(answer.result());
        else reject(errorOf(answer.error));
      });
    });
  }

  notify(method: string, params: unknown): void {
    this.#transport.send(encodeNotification(method, params));
  }

  /** Answers a server request under the agent's own id. */
  respond(id: RequestId, answer: ClientAnswer): void {
    const text =
      answer.type === "result"
        ? encodeResponse(id, answer.result)
        : encodeFailure(id, answer.error);
    this.#transport.send(text);
  }

  /** True: frames of the agent are not taken until it is false again, where the transport can do so. */
  hold(isHeld: boolean): void {
    this.#transport.hold?.(isHeld);
  }

  /** Ends it. What is under way is answered with an error. Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#transport.close();
    this.#settleAll("the connection is closed");
  }

  #receive(text: string): void {
    if (this.#isClosed) return;
    const [, delta] = /^\{"method":"([A-Za-z/]+)","params":/u.exec(text) ?? [];
    if (delta !== undefined && deltas.has(delta)) {
      this.#events.onDelta(delta, whole(text));
      return;
    }
    // A large result is not parsed here: most go on as they are.
    const [head, number] = /^\{"id":(\d{1,15}),(?="result":)/u.exec(text) ?? [];
    if (head !== undefined) {
      const result = (): unknown => {
        const frame = parseFrame(text);
        return frame.kind === "response" ? frame.result : null;
      };
      this.#take(Number(number))?.({
        kind: "result",
        body: whole(text).slice(head.length),
        result,
      });
      return;
    }
    const frame = parseFrame(text);
    switch (frame.kind) {
      case "notification":
        this.#events.onNotification(frame.method, frame.params, whole(text));
        return;
      case "request":
        this.#events.onRequest(frame.id, frame.method, frame.params);
        return;
      case "response": {
        const { result } = frame;
        const body = `"result":${JSON.stringify(result ?? null)}}`;
        this.#take(frame.id)?.({ kind: "result", body, result: () => result });
        return;
      }
      case "error":
        this.#take(frame.id)?.({ kind: "error", error: frame.error });
        return;
      case "invalid":
        this.#events.onUnreadable(frame.reason);
    }
  }

  #take(id: RequestId): ((answer: UpstreamAnswer) => void) | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending?.settle;
  }

  #end(reason: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#settleAll(reason);
    this.#events.onLost(reason);
  }

  #settleAll(reason: string): void {
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { method, settle } of pending) settle(lostAnswer(method, reason));
  }
}

/** The error of an answer, to be thrown. */
export function errorOf({ code, message, data }: ErrorBody): RpcError {
  return new RpcError(code, message, data);
}

/** An answer that nothing but this daemon gave. */
export function failedAnswer(message: string): UpstreamAnswer {
  return { kind: "error", error: { code: rpcCode.internalError, message } };
}

/** What is told of a request that was sent: whether it had an effect nobody knows any more. */
function lostAnswer(method: string, reason: string): UpstreamAnswer {
  const detail = reason === "" ? "" : ` (${reason})`;
  const advice = minimalRole(method) === "view" ? "Send it again." : begun;
  return failedAnswer(`The agent was lost while it worked on this request${detail}. ${advice}`);
}

const begun = "It may have taken effect: look before you send it again.";

/** Behind the last brace of a frame nothing may follow: the session layer appends its number there. */
function whole(text: string): string {
  return text.endsWith("}") ? text : text.trimEnd();
}
