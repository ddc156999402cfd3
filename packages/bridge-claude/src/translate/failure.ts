import type { Failure, FailureKind } from "@fairlead/bridge-core";
import type { Result } from "../native.ts";

/** What a failed model request or turn means, from the words and the HTTP status Claude gives. */
export function failureOf(message: string, status: number | null, word = ""): Failure {
  const kind = kindOf(message, status, word);
  return status === null ? { kind, message } : { kind, message, httpStatus: status };
}

/** Why a native turn failed. */
export function failureOfResult(result: Result, word: string): Failure {
  const { errors = [], terminal_reason: reason, api_error_status: status } = result;
  const message = result.result || errors.join("; ") || "Claude ended the turn with an error.";
  return failureOf(message, status ?? null, reason === "prompt_too_long" ? reason : word);
}

function kindOf(message: string, status: number | null, word: string): FailureKind {
  if (word === "prompt_too_long") return "context-window";
  if (/^No conversation found|^No message found/.test(message)) return "not-found";
  if (word === "billing_error" || /usage limit|credit balance/i.test(message)) return "usage-limit";
  if (word === "authentication_failed" || status === 401 || status === 403) {
    return "unauthenticated";
  }
  if (status === 529 || word === "overloaded") return "overloaded";
  if (status === 429 || word === "rate_limit") return "rate-limit";
  if (status === 400 || status === 404 || status === 413 || word === "invalid_request") {
    return "bad-request";
  }
  if (status !== null || /^API Error/.test(message)) return "connection";
  return "other";
}
