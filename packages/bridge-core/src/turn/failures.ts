import type { CodexErrorInfo, TurnError } from "@fairlead/codex-proto";
import type { Failure, FailureKind } from "../ops.ts";
import { BridgeError, messageOf } from "../errors.ts";

/** What the client's own error cards are chosen by. */
function errorInfo(kind: FailureKind, httpStatusCode: number | null): CodexErrorInfo {
  switch (kind) {
    case "context-window":
      return "contextWindowExceeded";
    case "usage-limit":
      return "usageLimitExceeded";
    case "rate-limit":
      return { responseTooManyFailedAttempts: { httpStatusCode: httpStatusCode ?? 429 } };
    case "overloaded":
      return "serverOverloaded";
    case "unauthenticated":
      return "unauthorized";
    case "bad-request":
      return "badRequest";
    case "connection":
      return httpStatusCode === 500
        ? "internalServerError"
        : { httpConnectionFailed: { httpStatusCode } };
    case "not-found":
    case "busy-elsewhere":
    case "not-running":
    case "unsupported":
    case "not-installed":
    case "crashed":
    case "other":
      return "other";
  }
}

/** The wire form of a failed turn's reason. */
export function turnError(failure: Failure): TurnError {
  return {
    message: failure.message,
    codexErrorInfo: errorInfo(failure.kind, failure.httpStatus ?? null),
    additionalDetails: null,
    misalignment: null,
  };
}

/** What went wrong, of any thrown value. */
export function failureOf(error: unknown): Failure {
  if (!BridgeError.is(error)) return { kind: "other", message: messageOf(error) };
  const { kind, message, httpStatus } = error;
  return httpStatus === undefined ? { kind, message } : { kind, message, httpStatus };
}
