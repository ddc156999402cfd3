import type { Failure, FailureKind } from "@fairlead/bridge-core";
import { failureKindOfStatus } from "@fairlead/bridge-core/parts";

const tooLong =
  /context.{0,20}(length|window)|prompt is too long|maximum context|too many (input )?tokens/i;
const spent = /insufficient_quota|usage limit|credit balance|exceeded your current quota|billing/i;
const keyMissing = /no api key|not logged in|invalid.{0,10}api.?key|authentication/i;

/** What a failed request means: Pi tells the HTTP status and the words of the model's provider. */
export function failureOf(words: string): Failure {
  const message = words || "Pi gave no reason.";
  const [, digits] = /^(?:\w+ )?(?:error:? )?([45]\d\d)\b/i.exec(message) ?? [];
  const status = digits === undefined ? undefined : Number(digits);
  const kind = kindOf(message, status);
  return status === undefined ? { kind, message } : { kind, message, httpStatus: status };
}

function kindOf(message: string, status: number | undefined): FailureKind {
  if (tooLong.test(message)) return "context-window";
  if (spent.test(message)) return "usage-limit";
  if (/overloaded/i.test(message)) return "overloaded";
  if (status !== undefined) return failureKindOfStatus(status);
  if (keyMissing.test(message)) return "unauthenticated";
  return /terminated|socket|connection|network|fetch failed|timed? ?out|ECONN/i.test(message)
    ? "connection"
    : "other";
}
