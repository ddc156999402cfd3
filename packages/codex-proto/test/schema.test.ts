import { expect, test } from "vitest";
import type { z } from "zod";
import {
  describeIssues,
  notificationSchema,
  paramsSchema,
  schemaFor,
  serverResponseSchema,
} from "../src/index.ts";

function complaint(schema: z.ZodType, value: unknown): string {
  const { error } = schema.safeParse(value);
  if (error === undefined) throw new Error("The value was accepted.");
  return describeIssues(error);
}

test("a value that passes comes out as it was sent: unknown fields kept, defaults left out", () => {
  const params = {
    threadId: "t",
    input: [{ type: "text", text: "hi", newer: [1] }],
    effort: null,
    fromTheFuture: { deep: true },
  };
  expect(paramsSchema("turn/start").parse(params)).toEqual(params);
});

test("a rejected value is described by the path of its field", () => {
  const turn = paramsSchema("turn/start");
  expect(complaint(turn, { threadId: 4, input: [] })).toBe(
    "threadId: expected string, received number",
  );
  expect(complaint(turn, { threadId: "t" })).toBe("input: expected array, received undefined");
  expect(complaint(turn, undefined)).toBe("params: expected object, received undefined");
  expect(complaint(paramsSchema("thread/list"), { limit: "many" })).toBe(
    "limit: expected number or null",
  );
});

test("inside a union the description is about the variant that was meant", () => {
  const turn = paramsSchema("turn/start");
  expect(complaint(turn, { threadId: "t", input: [{ type: "text", text: 5 }] })).toBe(
    "input[0].text: expected string, received number",
  );
  expect(complaint(turn, { threadId: "t", input: [{ type: "telepathy" }] })).toMatch(
    /^input\[0\]\.type: expected "text" or "image"/,
  );
  expect(complaint(paramsSchema("thread/start"), { sandbox: "none" })).toBe(
    'sandbox: expected "read-only" or "workspace-write" or "danger-full-access" or null',
  );
});

test("integers are whole and unsigned where codex says so", () => {
  const list = paramsSchema("thread/list");
  expect(complaint(list, { limit: -1 })).toContain("limit");
  expect(complaint(list, { limit: 1.5 })).toContain("limit");
  expect(list.safeParse({ limit: null }).success).toBe(true);
});

test("a method without params takes nothing, null and an empty object for the same", () => {
  const logout = paramsSchema("account/logout");
  for (const sent of [undefined, null, {}]) expect(logout.parse(sent)).toBeUndefined();
  expect(logout.safeParse("now").success).toBe(false);
});

test("params that may be null may be absent", () => {
  const limits = paramsSchema("account/rateLimits/read");
  expect(limits.parse(undefined)).toBeUndefined();
  expect(limits.parse(null)).toBeNull();
});

test("an approval's answer is one of the decisions", () => {
  const answer = serverResponseSchema("item/commandExecution/requestApproval");
  expect(answer.safeParse({ decision: "acceptForSession" }).success).toBe(true);
  expect(complaint(answer, { decision: "perhaps" })).toContain("decision");
});

test("the overlay is validated like the rest", () => {
  const rollback = paramsSchema("thread/rollback");
  expect(rollback.parse({ threadId: "t", numTurns: 2 })).toEqual({ threadId: "t", numTurns: 2 });
  expect(complaint(rollback, { threadId: "t", numTurns: 0 })).toContain("numTurns");
  const delta = notificationSchema("item/dynamicToolCall/argumentsDelta");
  expect(complaint(delta, { threadId: "t", turnId: "u", itemId: "i" })).toContain("delta");
});

test("a type that no message carries is refused by name", () => {
  expect(schemaFor("ThreadItem").safeParse({ type: "plan", id: "i", text: "" }).success).toBe(true);
  expect(() => schemaFor("toString")).toThrow("toString");
});
