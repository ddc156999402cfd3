import { expect, test } from "vitest";
import { encodeNotification, encodeResponse, parseFrame } from "../src/rpc/frames.ts";

test("frames are sorted by what they ask, with or without a jsonrpc member", () => {
  expect(parseFrame('{"id":0,"method":"a"}')).toEqual({
    kind: "request",
    id: 0,
    method: "a",
    params: undefined,
  });
  expect(parseFrame('{"jsonrpc":"2.0","id":"x","method":"a","params":{"b":1}}')).toEqual({
    kind: "request",
    id: "x",
    method: "a",
    params: { b: 1 },
  });
  expect(parseFrame('{"method":"n","params":null,"emittedAtMs":5}')).toEqual({
    kind: "notification",
    method: "n",
    params: null,
  });
  expect(parseFrame('{"id":7,"result":null}')).toEqual({ kind: "response", id: 7, result: null });
  expect(parseFrame('{"id":7,"error":{"code":-32600,"message":"no","data":[1]}}')).toEqual({
    kind: "error",
    id: 7,
    error: { code: -32600, message: "no", data: [1] },
  });
});

test.each([
  ["{", "not JSON"],
  ["[]", "batches"],
  ["7", "JSON object"],
  ["null", "JSON object"],
  ["{}", "neither"],
  ['{"id":1}', "no `method`, `result` or `error`"],
  ['{"method":7}', "`method` must be a string"],
  ['{"id":null,"method":"a"}', "`id` of the request `a`"],
  ['{"id":1.5,"method":"a"}', "`id` of the request `a`"],
  ['{"id":{},"method":"a"}', "`id` of the request `a`"],
  ['{"id":null,"result":1}', "neither"],
])("%s is invalid and the reason says why", (text, reason) => {
  const frame = parseFrame(text);
  expect(frame.kind).toBe("invalid");
  expect(frame.kind === "invalid" && frame.reason).toContain(reason);
});

test("what is written carries no jsonrpc member and no undefined ones", () => {
  expect(encodeNotification("n", { a: 1 })).toBe('{"method":"n","params":{"a":1}}');
  expect(encodeNotification("n", {}, 5)).toBe('{"method":"n","params":{},"emittedAtMs":5}');
  expect(encodeResponse(1, undefined)).toBe('{"id":1,"result":null}');
});
