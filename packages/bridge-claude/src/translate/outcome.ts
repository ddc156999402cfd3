import type { Failure, FailureKind, ThreadOp, Tokens } from "@fairlead/bridge-core";
import { fieldsOf, numberOf, textOf, type Fields } from "@fairlead/bridge-core/parts";

/** What a failed request means, from the words and the HTTP status Claude gives. */
export function failureOf(message: string, status?: number, word = ""): Failure {
  const kind = kindOf(message, status, word);
  return status === undefined ? { kind, message } : { kind, message, httpStatus: status };
}

function kindOf(message: string, status: number | undefined, word: string): FailureKind {
  if (word === "prompt_too_long") return "context-window";
  if (/^No (conversation|message) found/.test(message)) return "not-found";
  if (word === "billing_error" || /usage limit|credit balance/i.test(message)) return "usage-limit";
  if (word === "authentication_failed" || status === 401 || status === 403)
    return "unauthenticated";
  if (word === "overloaded" || status === 529) return "overloaded";
  if (word === "rate_limit" || status === 429) return "rate-limit";
  if (word === "invalid_request" || [400, 404, 413].includes(status ?? 0)) return "bad-request";
  return status !== undefined || message.startsWith("API Error") ? "connection" : "other";
}

/** How a native turn ended. `is_error` tells, not `subtype`; `word` is the last error named before. */
export function outcomeOf(
  result: Fields,
  word: string,
): { status: "completed" | "interrupted" } | { status: "failed"; failure: Failure } {
  const reason = textOf(result["terminal_reason"]);
  if (result["is_error"] !== true) return { status: "completed" };
  if (reason.startsWith("aborted")) return { status: "interrupted" };
  const { errors } = result;
  const said = textOf(result["result"]) || (Array.isArray(errors) ? errors.join("; ") : "");
  const cause = reason === "prompt_too_long" ? reason : word;
  const status = numberOf(result["api_error_status"]);
  return { status: "failed", failure: failureOf(said || "Claude gave no reason.", status, cause) };
}

/** Claude tries a failed request again. */
export function retryOf({ error, error_status, attempt, max_retries }: Fields): ThreadOp {
  const status = numberOf(error_status);
  const tries = `try ${numberOf(attempt) ?? 1} of ${numberOf(max_retries) ?? 1}`;
  const message = `API Error (${status ?? textOf(error)}): ${tries} follows.`;
  return { op: "retry", failure: failureOf(message, status, textOf(error)) };
}

/** A rate limit the user should know of. */
export function rateLimitOf({ status, rateLimitType, resetsAt }: Fields): ThreadOp[] {
  if (typeof status !== "string" || status === "allowed") return [];
  const resets = numberOf(resetsAt);
  const until = resets === undefined ? "" : ` until ${new Date(resets * 1000).toISOString()}`;
  const which = textOf(rateLimitType).replaceAll("_", " ");
  return [
    { op: "notice", message: `Rate limit ${which}: ${status.replaceAll("_", " ")}${until}.` },
  ];
}

/**
 * Tokens of each model request. The context window is told only with a turn's result, so the last request of a turn is
 * reported with it, and every later one too.
 */
export class RequestUsage {
  #last: Tokens | null = null;
  #model = "";
  #window: number | undefined;

  /** The running request's counts so far; the last ones are the truth. */
  counted(usage: Fields): void {
    const cached = numberOf(usage["cache_read_input_tokens"]) ?? 0;
    const written = numberOf(usage["cache_creation_input_tokens"]) ?? 0;
    const thinking = numberOf(fieldsOf(usage["output_tokens_details"])["thinking_tokens"]);
    this.#last = {
      input: (numberOf(usage["input_tokens"]) ?? 0) + written + cached,
      cached,
      output: numberOf(usage["output_tokens"]) ?? 0,
      reasoning: thinking ?? 0,
    };
  }

  /** The request before is over: a new one of this model begins, or the turn ends with this result. */
  flush(model: string, result: Fields): ThreadOp[] {
    const usage = fieldsOf(fieldsOf(result["modelUsage"])[this.#model]);
    const window = (this.#window = numberOf(usage["contextWindow"]) ?? this.#window);
    const last = this.#last;
    this.#last = null;
    this.#model = model || this.#model;
    if (last === null) return [];
    return [window === undefined ? { op: "usage", last } : { op: "usage", last, window }];
  }
}
