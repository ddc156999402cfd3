import type { JsonObject } from "../json.ts";
import type { FailureName } from "./program.ts";
import type { Refusal } from "./reply.ts";

const rpc = "type.googleapis.com/google.rpc.";

/** What Google says in its own words: Gemini CLI tells by them what it tries again, and when. */
export function geminiFailure(failure: FailureName): Refusal | undefined {
  const say = (status: number, message: string, ...details: readonly JsonObject[]): Refusal => ({
    type: "refusal",
    status,
    code: failure,
    message,
    ...(details.length === 0 ? {} : { details }),
  });
  switch (failure) {
    case "429":
      return say(429, "mock: rate limited", { "@type": `${rpc}RetryInfo`, retryDelay: "0.2s" });
    case "overloaded":
      return say(503, "The model is overloaded. Please try again later.");
    case "context":
      return say(
        400,
        "The input token count (1210000) exceeds the maximum number of tokens allowed (1048576).",
      );
    case "quota":
      return say(
        429,
        "You exceeded your current quota, please check your plan and billing details.",
        {
          "@type": `${rpc}QuotaFailure`,
          violations: [{ quotaId: "GenerateRequestsPerDayPerProjectPerModel" }],
        },
      );
    default:
      return undefined;
  }
}
