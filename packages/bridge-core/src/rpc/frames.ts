import { messageOf, RpcError, rpcCode } from "../errors.ts";

/** Id of a request. 0 is a usual one: codex numbers its server requests from there. */
export type RequestId = string | number;

/** The `error` member of an error response. */
export interface ErrorBody {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

/** One frame as it came in, sorted by what it asks of the receiver. */
export type Frame =
  | {
      readonly kind: "request";
      readonly id: RequestId;
      readonly method: string;
      readonly params: unknown;
    }
  | { readonly kind: "notification"; readonly method: string; readonly params: unknown }
  | { readonly kind: "response"; readonly id: RequestId; readonly result: unknown }
  | { readonly kind: "error"; readonly id: RequestId; readonly error: ErrorBody }
  /** Cannot be answered under an id. `reason` names what is wrong, for the one who sent it. */
  | { readonly kind: "invalid"; readonly reason: string };

/**
 * Reads one frame of the codex wire. Never throws. A `jsonrpc` member and unknown members are
 * accepted and ignored; batches and ids other than strings and integers are `invalid`.
 */
export function parseFrame(text: string): Frame {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return invalid(`the frame is not JSON: ${messageOf(error)}`);
  }
  if (Array.isArray(value)) return invalid("batches are not supported: send one frame per message");
  if (!isObject(value)) return invalid("the frame must be a JSON object");
  const id = value["id"];
  const method = value["method"];
  if (method !== undefined) {
    if (typeof method !== "string") return invalid("`method` must be a string");
    const params = value["params"];
    if (id === undefined) return { kind: "notification", method, params };
    return isRequestId(id) ? { kind: "request", id, method, params } : invalid(badId(method));
  }
  if (!isRequestId(id)) {
    return invalid("the frame has neither a `method` nor an `id` that is a string or an integer");
  }
  const error = value["error"];
  if (isObject(error)) return { kind: "error", id, error: readErrorBody(error) };
  if ("result" in value) return { kind: "response", id, result: value["result"] };
  return invalid("the frame has an `id`, but no `method`, `result` or `error`");
}

/** A request as text. */
export function encodeRequest(id: RequestId, method: string, params: unknown): string {
  return JSON.stringify({ id, method, params });
}

/**
 * A notification as text, to be sent to any number of clients. `emittedAtMs` is the time a codex
 * server puts beside the params; clients leave it out.
 */
export function encodeNotification(method: string, params: unknown, emittedAtMs?: number): string {
  return JSON.stringify({ method, params, emittedAtMs });
}

/** A response as text. Undefined results become null, for a response must have one. */
export function encodeResponse(id: RequestId, result: unknown): string {
  return JSON.stringify({ id, result: result ?? null });
}

/** An error response as text. */
function encodeError(id: RequestId, error: ErrorBody): string {
  return JSON.stringify({ id, error });
}

/**
 * The error response to a request that failed: an `RpcError` with its code, anything else with
 * −32603 and its message.
 */
export function encodeFailure(id: RequestId, error: unknown): string {
  if (!(error instanceof RpcError)) {
    return encodeError(id, { code: rpcCode.internalError, message: messageOf(error) });
  }
  const { code, message, data } = error;
  return encodeError(id, { code, message, ...(data === undefined ? undefined : { data }) });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function isRequestId(id: unknown): id is RequestId {
  return typeof id === "string" || (typeof id === "number" && Number.isSafeInteger(id));
}

function readErrorBody(error: Readonly<Record<string, unknown>>): ErrorBody {
  const code = error["code"];
  const message = error["message"];
  const data = error["data"];
  return {
    code: typeof code === "number" ? code : 0,
    message: typeof message === "string" ? message : "the error has no message",
    ...(data === undefined ? undefined : { data }),
  };
}

function badId(method: string): string {
  return `the \`id\` of the request \`${method}\` must be a string or an integer`;
}

function invalid(reason: string): Frame {
  return { kind: "invalid", reason };
}
