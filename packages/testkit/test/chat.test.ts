import { expect, test } from "vitest";
import type { JsonObject } from "../src/json.ts";
import { arrayOf, objectOf } from "../src/json.ts";
import { mockLlmPerTest, post, streamed } from "./ask-mock.ts";

const start = mockLlmPerTest();
const path = "/v1/chat/completions";

const tools = [
  {
    type: "function",
    function: { name: "bash", parameters: { properties: { command: {} } } },
  },
];

function request(...messages: readonly JsonObject[]): JsonObject {
  return { model: "mock-model", tools, messages };
}

test("a text is streamed as chunks, usage and [DONE] last", async () => {
  const body = request({ role: "user", content: "say: hello world" });
  const events = await streamed(await start(), path, body);
  expect(events.flatMap((event) => event.data["choices"] ?? [])).toMatchObject([
    { delta: { role: "assistant" }, finish_reason: null },
    { delta: { content: "hello" } },
    { delta: { content: " world" } },
    { finish_reason: "stop" },
  ]);
  expect(events.at(-2)?.data).toMatchObject({ usage: { completion_tokens: 2 } });
  expect(events.at(-1)?.text).toBe("[DONE]");
});

test("a tool call is answered with the next step", async () => {
  const mock = await start();
  const prompt = { role: "user", content: [{ type: "text", text: "run: ls ;; say: listed" }] };
  const first = await post(mock, path, request(prompt));
  const [choice] = arrayOf(objectOf(await first.json())["choices"]);
  const message = objectOf(objectOf(choice)["message"]);
  expect(message).toMatchObject({
    tool_calls: [{ function: { name: "bash", arguments: '{"command":"ls"}' } }],
  });
  const result = { role: "tool", tool_call_id: "x", content: "a.txt" };
  const second = await post(mock, path, request(prompt, message, result));
  expect(await second.json()).toMatchObject({
    choices: [{ message: { content: "listed" }, finish_reason: "stop" }],
  });
});
