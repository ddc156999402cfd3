import { expect, test } from "vitest";
import { lastWords } from "../../src/codex/server/words.ts";

test("the last lines, without colours and stack traces", () => {
  const said =
    "\u001b[2mone\u001b[0m\ntwo\r\n\nthree\nfour\nError: no\nStack backtrace:\n   0: main\n";
  expect(lastWords(said)).toBe("two; three; four; Error: no");
});

test.each([
  ["key sk-proj-abc123def456 is wrong", "key … is wrong"],
  ["authorization: Bearer abc.def-123", "authorization: Bearer …"],
  ["MOCK_API_KEY=very-secret set", "MOCK_API_KEY=… set"],
  ['{"access_token": "abc123"}', '{"access_token": "…"}'],
  ["jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIi.sig-1", "jwt …"],
])("%j is told as %j", (said, told) => {
  expect(lastWords(said)).toBe(told);
});

test("a flood is cut to its end", () => {
  const words = lastWords(`${"x".repeat(10_000)}END`);
  expect(words.length).toBeLessThanOrEqual(501);
  expect(words.endsWith("END")).toBe(true);
});
