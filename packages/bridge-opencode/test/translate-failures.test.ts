import { expect, test } from "vitest";
import { failureOf, outcomeOfError } from "../src/translate/failures.ts";

function kindOf(name: string, data: Record<string, unknown>): string {
  return failureOf({ name, data }).kind;
}

test("kinds of failures", () => {
  expect(kindOf("ProviderAuthError", { message: "no key" })).toBe("unauthenticated");
  expect(kindOf("ContextOverflowError", { message: "too long" })).toBe("context-window");
  expect(kindOf("APIError", { message: "slow down", statusCode: 429 })).toBe("rate-limit");
  expect(kindOf("APIError", { message: "insufficient_quota", statusCode: 429 })).toBe(
    "usage-limit",
  );
  expect(kindOf("APIError", { message: "busy", statusCode: 529 })).toBe("overloaded");
  expect(kindOf("APIError", { message: "oops", statusCode: 500 })).toBe("connection");
  expect(kindOf("APIError", { message: "socket closed" })).toBe("connection");
  expect(kindOf("UnknownError", { message: "Model not found: a/b." })).toBe("bad-request");
  expect(kindOf("UnknownError", {})).toBe("other");
});

test("a failure has a sentence, without OpenCode's own stack", () => {
  const message =
    "Model not found: a/b.\n    at getModel (chunk.js:1:1)\n    at run (chunk.js:2:2)";
  expect(failureOf({ name: "UnknownError", data: { message } }).message).toBe(
    "Model not found: a/b.",
  );
  expect(failureOf({}).message).toBe("OpenCode gave no reason.");
});

test("an abort is no failure", () => {
  const error = { name: "MessageAbortedError", data: { message: "Aborted" } };
  expect(outcomeOfError(error)).toEqual({ status: "interrupted" });
});
