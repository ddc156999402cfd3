import type { Api } from "./conversation.ts";
import type { FailureName } from "./program.ts";
import type { Refusal, Reply, StreamFailure } from "./reply.ts";
import { textParts } from "./reply.ts";
import { geminiFailure } from "./gemini-failure.ts";

/** The reply that the step `error: NAME` stands for, in the dialect of the API. */
export function failureReply(failure: FailureName, api: Api): Reply {
  return ownRefusal(failure, api) ?? failureOf(failure, api);
}

function ownRefusal(failure: FailureName, api: Api): Refusal | undefined {
  if (api === "chat") return chatRefusal(failure);
  return api === "gemini" ? geminiFailure(failure) : undefined;
}

/**
 * What OpenAI really says, for Chat Completions: OpenCode repeats for ever what has another type,
 * and both it and Pi know by the words that the context is full.
 */
function chatRefusal(failure: FailureName): Refusal | undefined {
  const say = (status: number, kind: string, code: string, message: string): Refusal => ({
    type: "refusal",
    status,
    kind,
    code,
    message,
  });
  const invalid = "invalid_request_error";
  switch (failure) {
    case "400":
      return say(400, invalid, "invalid_value", "mock: bad request");
    case "401":
      return say(401, invalid, "invalid_api_key", "mock: invalid api key");
    case "403":
      return say(403, invalid, "unsupported_country_region_territory", "mock: forbidden");
    case "404":
      return say(404, invalid, "model_not_found", "mock: model not found");
    case "429":
      return say(429, "tokens", "rate_limit_exceeded", "mock: rate limited");
    case "500":
      return say(500, "server_error", "server_error", "mock: internal error");
    case "503":
      return say(503, "server_error", "service_unavailable", "mock: unavailable");
    case "context":
      return say(
        400,
        invalid,
        "context_length_exceeded",
        "This model's maximum context length is 200000 tokens. However, your messages resulted in " +
          "210000 tokens. Please reduce the length of the messages.",
      );
    case "quota":
      return say(
        429,
        "insufficient_quota",
        "insufficient_quota",
        "You exceeded your current quota, please check your plan and billing details.",
      );
    default:
      return undefined;
  }
}

function failureOf(failure: FailureName, api: Api): Reply {
  switch (failure) {
    case "400":
      return refusal(400, "invalid_request_error", "mock: bad request");
    case "401":
      return refusal(401, "authentication_error", "mock: invalid api key");
    case "403":
      return refusal(403, "permission_error", "mock: forbidden");
    case "404":
      return refusal(404, "not_found_error", "mock: model not found");
    case "413":
      return refusal(413, "request_too_large", "mock: request too large");
    case "429":
      return refusal(429, "rate_limit_error", "mock: rate limited");
    case "500":
      return refusal(500, "api_error", "mock: internal error");
    case "503":
      return refusal(503, "api_error", "mock: unavailable");
    case "529":
      return refusal(529, "overloaded_error", "mock: overloaded");
    case "overloaded":
      return api === "responses"
        ? broken("server_is_overloaded", "mock: overloaded")
        : refusal(529, "overloaded_error", "Overloaded");
    case "context":
      return api === "responses"
        ? broken("context_length_exceeded", "mock: the input exceeds the context window")
        : refusal(
            400,
            "invalid_request_error",
            "prompt is too long: 210000 tokens > 200000 maximum",
          );
    case "quota":
      return api === "responses"
        ? broken("insufficient_quota", "mock: quota used up")
        : refusal(400, "invalid_request_error", "Your credit balance is too low to continue.");
    case "stream":
      return broken("server_error", "mock: failed before the first word");
    case "midstream":
      return {
        type: "answer",
        parts: textParts("this answer breaks off"),
        usage: { input: 0, output: 0 },
        ending: { type: "failed", code: "server_error", message: "mock: failed mid-stream" },
      };
    case "disconnect":
      return {
        type: "answer",
        parts: textParts("this connection breaks"),
        usage: { input: 0, output: 0 },
        ending: { type: "disconnect" },
      };
  }
}

function refusal(status: number, code: string, message: string): Reply {
  return { type: "refusal", status, code, message };
}

function broken(code: StreamFailure, message: string): Reply {
  return {
    type: "answer",
    parts: [],
    usage: { input: 0, output: 0 },
    ending: { type: "failed", code, message },
  };
}
