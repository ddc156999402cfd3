import type { Failure, FailureKind, ThreadOp, Tokens } from "@fairlead/bridge-core";
import {
  failureKindOfStatus,
  fieldsOf,
  messageTokens,
  numberOf,
  textOf,
  type Fields,
  type Outcome,
} from "@fairlead/bridge-core/parts";

/** Claude's own words for what failed. */
const named: Readonly<Record<string, FailureKind>> = {
  authentication_failed: "unauthenticated",
  billing_error: "usage-limit",
  invalid_request: "bad-request",
  overloaded: "overloaded",
  rate_limit: "rate-limit",
};

/** What a failed request means, from the words and the HTTP status Claude gives. */
export function failureOf(message: string, status?: number, word = ""): Failure {
  const kind = kindOf(message, status, word);
  return status === undefined ? { kind, message } : { kind, message, httpStatus: status };
}

function kindOf(message: string, status: number | undefined, word: string): FailureKind {
  if (message.startsWith("Prompt is too long")) return "context-window";
  if (message.startsWith("No conversation found")) return "not-found";
  // A fork at a message that a compaction of the conversation has left behind.
  if (message.startsWith("No message found")) return "unsupported";
  if (/usage limit|credit balance/i.test(message)) return "usage-limit";
  if (named[word] !== undefined) return named[word];
  if (status !== undefined) return failureKindOfStatus(status);
  return message.startsWith("API Error") ? "connection" : "other";
}

/** How a turn ended. `is_error` tells, not `subtype`; `word` is the last error named. */
export function outcomeOf(result: Fields, word: string): Outcome {
  const { is_error, terminal_reason: reason, errors, result: words } = result;
  if (is_error !== true) return { status: "completed" };
  if (textOf(reason).startsWith("aborted")) return { status: "interrupted" };
  const said = textOf(words) || (Array.isArray(errors) ? errors.join("; ") : "");
  const code = numberOf(result["api_error_status"]);
  return { status: "failed", failure: failureOf(said || "Claude gave no reason.", code, word) };
}

/** Claude tries a failed request again. */
export function retryOf({ error, error_status, attempt, max_retries }: Fields): ThreadOp {
  const status = numberOf(error_status);
  const tries = `try ${numberOf(attempt) ?? 1} of ${numberOf(max_retries) ?? 1}`;
  const message = `API Error (${status ?? textOf(error)}): ${tries} follows.`;
  return { op: "retry", failure: failureOf(message, status, textOf(error)) };
}

/** A rate limit the user should know of. */
export function rateLimitOf({ status, rateLimitType: limit }: Fields): ThreadOp[] {
  if (typeof status !== "string" || status === "allowed") return [];
  const message = `Rate limit ${textOf(limit)}: ${status}.`.replaceAll("_", " ");
  return [{ op: "notice", message }];
}

/**
 * Tokens of each model request. The context window comes with a turn's result: known for the
 * turn's last request and all later ones.
 */
export class RequestUsage {
  #last: Tokens | null = null;
  #model = "";
  #window: number | undefined;

  /** The running request's counts so far; the last ones are the truth. */
  counted(usage: unknown): void {
    this.#last = messageTokens(usage);
  }

  /** A request is over: one of this model begins, or the turn ends with this result. */
  flush(model: string, result: Fields): ThreadOp[] {
    const { contextWindow } = fieldsOf(fieldsOf(result["modelUsage"])[this.#model]);
    const window = (this.#window = numberOf(contextWindow) ?? this.#window);
    const last = this.#last;
    this.#last = null;
    this.#model = model || this.#model;
    if (last === null) return [];
    return [window === undefined ? { op: "usage", last } : { op: "usage", last, window }];
  }
}
