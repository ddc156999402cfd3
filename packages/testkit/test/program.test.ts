import { expect, test } from "vitest";
import { nonceOf } from "../src/index.ts";
import { parseProgram } from "../src/mock/program.ts";

test("a program is its steps in order", () => {
  expect(
    parseProgram("run: echo a ;; write: a b.txt = x\\ny ;; edit: f = old => new ;; say: bye"),
  ).toEqual([
    { type: "run", commands: ["echo a"] },
    { type: "write", file: "a b.txt", body: "x\ny" },
    { type: "edit", file: "f", from: "old", to: "new" },
    { type: "say", text: "bye" },
  ]);
});

test.each([
  ["nonce: q", { type: "nonce", seed: "q" }],
  ["User: say: hi", { type: "say", text: "hi" }],
  ["think: hm", { type: "think", text: "hm" }],
  ["parallel: a ### b", { type: "run", commands: ["a", "b"] }],
  ["rm: f", { type: "rm", file: "f" }],
  ["plan", { type: "plan", steps: ["first step", "second step"] }],
  ["plan: a, b", { type: "plan", steps: ["a", "b"] }],
  ["task: run: ls", { type: "task", prompt: "run: ls" }],
  ["ask: Which?", { type: "ask", question: "Which?" }],
  ['tool: Read {"a":1}', { type: "tool", name: "Read", json: '{"a":1}' }],
  ["slow: 3", { type: "slow", deltas: 3, text: "tick" }],
  ["slow: 3 ha", { type: "slow", deltas: 3, text: "ha" }],
  ["hold", { type: "hold" }],
  ["big: 4", { type: "big", kilobytes: 4 }],
  ["tokens: 99", { type: "tokens", input: 99 }],
  ["echo", { type: "echo" }],
  ["empty", { type: "empty" }],
  ["error: 529 x2", { type: "error", failure: "529", times: 2 }],
  ["error: midstream", { type: "error", failure: "midstream", times: Infinity }],
])("%s", (text, step) => {
  expect(parseProgram(text)).toEqual([step]);
});

test.each(["Hello there", "note: this is prose", "error: 418", "hold: x", "slow: many", ""])(
  "%j is no program",
  (text) => {
    expect(parseProgram(text)).toBeUndefined();
  },
);

test("a later step that cannot be read says so", () => {
  expect(parseProgram("say: a ;; wriet: f = b")).toEqual([
    { type: "say", text: "a" },
    { type: "say", text: 'mock: unknown step "wriet: f = b"' },
  ]);
});

test("a nonce depends on its seed and does not contain it", () => {
  expect(nonceOf("seed")).toMatch(/^nonce-[0-9a-f]{10}$/);
  expect(nonceOf("seed")).not.toBe(nonceOf("other"));
});
