import type { Direction, FrameId, Message, PendingRequest, Step } from "./frame.ts";
import type { Finding } from "./violation.ts";
import { idKey } from "./frame.ts";
import { field, isRecord } from "./read.ts";

interface Sent extends PendingRequest {
  readonly at: Pick<Step, "index" | "frame">;
}

/**
 * The JSON-RPC frame itself, as codex writes it: no `jsonrpc` key, one of result and error, each
 * response to one request. Only the server is held to it; what a client gets wrong is the server's
 * to survive.
 */
export class Envelope {
  readonly #report: (finding: Finding) => void;
  readonly #pending = new Map<string, Sent>();
  readonly #answered = new Set<string>();

  constructor(report: (finding: Finding) => void) {
    this.#report = report;
  }

  /** The message in a frame, or `undefined` for a frame that is none. */
  classify(direction: Direction, index: number, frame: unknown): Message | undefined {
    const at = { index, frame };
    const message = direction === "receive" ? this.#received(at) : this.#sent(at);
    return message;
  }

  disconnect(): void {
    this.#pending.clear();
    this.#answered.clear();
  }

  finish(): void {
    for (const { method, at } of this.#pending.values()) {
      const facts = { method };
      this.#report({
        clause: "never-answered",
        message: `${method} was never answered`,
        facts,
        at,
      });
    }
  }

  #sent(at: Sent["at"]): Message | undefined {
    const { frame } = at;
    if (!isRecord(frame)) return undefined;
    const { id, method, params } = frame;
    if (typeof method === "string") {
      if (id === undefined) return { kind: "notification", method, params };
      if (!isId(id)) return undefined;
      this.#pending.set(idKey(id), { method, params, at });
      this.#answered.delete(idKey(id));
      return { kind: "request", id, method, params };
    }
    if (!isId(id)) return undefined;
    if ("error" in frame) return { kind: "error", id, error: frame["error"], request: undefined };
    return { kind: "result", id, result: frame["result"], request: undefined };
  }

  #received(at: Sent["at"]): Message | undefined {
    const { frame } = at;
    if (!isRecord(frame)) {
      return this.#malformed(at, "not-an-object", "a frame that is not a JSON object");
    }
    if ("jsonrpc" in frame) {
      this.#malformed(at, "jsonrpc-key", "a codex frame carries no jsonrpc key");
    }
    const { id, method, params } = frame;
    if (id !== undefined && !isId(id)) {
      return this.#malformed(at, "bad-id", `the id ${JSON.stringify(id)} is no string or integer`);
    }
    if (typeof method === "string") {
      if ("result" in frame || "error" in frame) {
        this.#malformed(at, "mixed", `${method} carries a method and a result or error`);
      }
      return id === undefined
        ? { kind: "notification", method, params }
        : { kind: "request", id, method, params };
    }
    if (id === undefined) return this.#malformed(at, "no-kind", "neither a method nor an id");
    return this.#response(at, frame, id);
  }

  #response(at: Sent["at"], frame: Readonly<Record<string, unknown>>, id: FrameId): Message {
    const key = idKey(id);
    const request = this.#pending.get(key);
    if (request === undefined) {
      const again = this.#answered.has(key);
      const clause = again ? "answered-twice" : "answer-to-nothing";
      const text = `a response with id ${JSON.stringify(id)} answers `;
      this.#malformed(at, clause, text + (again ? "a request that has its answer" : "no request"));
    }
    this.#pending.delete(key);
    this.#answered.add(key);
    if ("result" in frame === "error" in frame) {
      this.#malformed(at, "result-xor-error", "a response carries exactly one of result and error");
    }
    if (!("error" in frame)) return { kind: "result", id, result: frame["result"], request };
    const { error } = frame;
    const whole =
      Number.isInteger(field(error, "code")) && typeof field(error, "message") === "string";
    if (!whole) this.#malformed(at, "bad-error", "an error needs an integer code and a message");
    return { kind: "error", id, error, request };
  }

  #malformed(at: Sent["at"], clause: string, message: string): undefined {
    this.#report({ clause, message, at });
  }
}

function isId(value: unknown): value is FrameId {
  return typeof value === "string" || Number.isInteger(value);
}
