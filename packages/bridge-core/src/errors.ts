import type { FailureKind } from "./ops.ts";

const brand = Symbol.for("fairlead.BridgeError");

/**
 * The one error a bridge throws to say why something cannot be done. Core turns it into a turn failure or a JSON-RPC
 * error. Branded rather than checked with `instanceof`, because a tree may hold two copies of core.
 */
export class BridgeError extends Error {
  override readonly name = "BridgeError";
  readonly kind: FailureKind;
  /** HTTP status of the model's answer, where the agent tells it. */
  readonly httpStatus: number | undefined;

  constructor(
    kind: FailureKind,
    message: string,
    options: { readonly cause?: unknown; readonly httpStatus?: number } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
    this.httpStatus = options.httpStatus;
    Object.defineProperty(this, brand, { value: true });
  }

  /** True for a `BridgeError` of any copy of this package. */
  static is(value: unknown): value is BridgeError {
    return typeof value === "object" && value !== null && brand in value;
  }
}

/** JSON-RPC error codes as Fairlead answers them (codex itself answers −32600 to nearly everything). */
export const rpcCode = {
  /** The request is well formed, but the state does not allow it: `thread not found`, `no active turn to interrupt`. */
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internalError: -32603,
  /** The connection closed before the answer came. */
  closed: -32097,
} as const;

/** An error that crosses the wire as a JSON-RPC error response. */
export class RpcError extends Error {
  override readonly name = "RpcError";
  readonly code: number;
  readonly data: unknown;

  constructor(code: number, message: string, data?: unknown) {
    super(message);
    this.code = code;
    this.data = data;
  }

  /** −32600: the state does not allow it. The texts clients parse are codex's own. */
  static invalidRequest(message: string): RpcError {
    return new RpcError(rpcCode.invalidRequest, message);
  }

  /** −32601: what Fairlead does not answer, with the reason. */
  static methodNotFound(message: string): RpcError {
    return new RpcError(rpcCode.methodNotFound, message);
  }

  /** −32602: the message names the field. */
  static invalidParams(message: string): RpcError {
    return new RpcError(rpcCode.invalidParams, message);
  }
}

/** The sentence of any thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
