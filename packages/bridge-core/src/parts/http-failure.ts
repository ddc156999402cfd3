import type { Failure, FailureKind } from "../ops.ts";
import { numberOf } from "./fields.ts";

/** What a model API's HTTP status means, where its words say nothing more. */
export function failureKindOfStatus(status: number): FailureKind {
  switch (status) {
    case 400:
    case 404:
    case 413:
    case 422:
      return "bad-request";
    case 401:
    case 403:
      return "unauthenticated";
    case 402:
      return "usage-limit";
    case 429:
      return "rate-limit";
    case 529:
      return "overloaded";
    default:
      return "connection";
  }
}

const spent = /insufficient.quota|usage limit|credit balance|exceeded your current quota|billing/i;

const badWords = /\b(model|agent|command) not found|content.?filter|structured.?output/i;

/** What went wrong with a model request, from its provider's words and the HTTP status, if any. */
function failureKindOf(words: string, status: number | undefined): FailureKind {
  if (/context.{0,20}(length|window|overflow)|prompt is too long|maximum context/i.test(words)) {
    return "context-window";
  }
  if (spent.test(words)) return "usage-limit";
  if (/overloaded/i.test(words)) return "overloaded";
  if (badWords.test(words)) return "bad-request";
  if (status !== undefined) return failureKindOfStatus(status);
  if (/rate.?limit|too many requests/i.test(words)) return "rate-limit";
  if (/no api key|not logged in|invalid.{0,10}api.?key|auth(entication|.?error)/i.test(words)) {
    return "unauthenticated";
  }
  const broken = /terminated|socket|connection|network|fetch failed|timed? ?out|ECONN|stream/i;
  return broken.test(words) ? "connection" : "other";
}

/** The failure that a provider's words tell, with the HTTP status, if any; `name`: the agent's own for it. */
export function failureSaid(words: string, status: unknown, name = ""): Failure {
  const httpStatus = numberOf(status);
  const kind = failureKindOf(`${name}: ${words}`, httpStatus);
  return { kind, message: words, ...(httpStatus !== undefined && { httpStatus }) };
}

/** The failure in a sentence that may begin with the HTTP status: `429: rate limited`. */
export function failureIn(message: string): Failure {
  const [, digits] = /^(?:error:? )?([45]\d\d)\b/i.exec(message) ?? [];
  const status = digits === undefined ? undefined : Number(digits);
  const kind = failureKindOf(message, status);
  return status === undefined ? { kind, message } : { kind, message, httpStatus: status };
}
