import { expect, test } from "vitest";
import type { JsonObject } from "../src/json.ts";
import { arrayOf, objectOf, stringOf } from "../src/json.ts";
import { mockLlmPerTest, post, streamed } from "./ask-mock.ts";

const start = mockLlmPerTest();
const path = "/v1/messages";

function tool(name: string, ...properties: readonly string[]): JsonObject {
  return {
    name,
    input_schema: { properties: Object.fromEntries(properties.map((key) => [key, {}])) },
  };
}

const tools = [
  tool("Bash", "command", "description"),
  tool("Write", "file_path", "content"),
  tool("Edit", "file_path", "old_string", "new_string"),
  tool("Agent", "description", "prompt", "subagent_type"),
  tool("AskUserQuestion", "questions"),
  tool("TaskCreate", "subject", "description"),
];

function user(...texts: readonly string[]): JsonObject {
  return { role: "user", content: texts.map((text) => ({ type: "text", text })) };
}

const environment = {
  role: "system",
  content: [{ type: "text", text: "# Environment\n - Primary working directory: /home/me\n" }],
};

function request(...messages: readonly JsonObject[]): JsonObject {
  return { model: "claude-mock", tools, messages: [...messages, environment] };
}

async function contentFor(text: string): Promise<readonly JsonObject[]> {
  const response = await post(await start(), path, request(user(text)));
  return arrayOf(objectOf(await response.json())["content"]).map(objectOf);
}

test("a text is streamed as message, block and deltas", async () => {
  const events = await streamed(await start(), path, request(user("say: hello world")));
  expect(events.map((event) => event.name)).toEqual([
    "message_start",
    "content_block_start",
    "content_block_delta",
    "content_block_delta",
    "content_block_stop",
    "message_delta",
    "message_stop",
  ]);
  expect(events[0]?.data).toMatchObject({ message: { role: "assistant", model: "claude-mock" } });
  expect(events[5]?.data).toMatchObject({ delta: { stop_reason: "end_turn" } });
});

test("thinking is a block of its own, signed", async () => {
  const events = await streamed(await start(), path, request(user("think: forty two")));
  const deltas = events.flatMap((event) => event.data["delta"] ?? []);
  expect(deltas).toMatchObject([
    { type: "thinking_delta", thinking: "Considering:" },
    { type: "thinking_delta", thinking: " forty" },
    { type: "thinking_delta", thinking: " two" },
    { type: "signature_delta" },
    { type: "text_delta", text: "forty" },
    { type: "text_delta", text: " two" },
    { stop_reason: "end_turn" },
  ]);
});

test("a tool call's input is streamed as partial JSON", async () => {
  const events = await streamed(await start(), path, request(user("run: echo hi")));
  const json = events
    .map((event) => stringOf(objectOf(event.data["delta"])["partial_json"]))
    .join("");
  expect(JSON.parse(json)).toEqual({ command: "echo hi", description: "mock command" });
  expect(events.at(-2)?.data).toMatchObject({ delta: { stop_reason: "tool_use" } });
});

test.each([
  ["write: a.txt = x", { name: "Write", input: { file_path: "/home/me/a.txt", content: "x" } }],
  [
    "edit: /b.txt = x => y",
    { name: "Edit", input: { file_path: "/b.txt", old_string: "x", new_string: "y" } },
  ],
  ["rm: c.txt", { name: "Bash", input: { command: "rm c.txt" } }],
  ["task: say: hi", { name: "Agent", input: { prompt: "say: hi" } }],
  ["ask: Which?", { name: "AskUserQuestion", input: { questions: [{ question: "Which?" }] } }],
  ["plan: one", { name: "TaskCreate", input: { subject: "one" } }],
  ['tool: Unlisted {"a":1}', { name: "Unlisted", input: { a: 1 } }],
])("%s calls the tool that fits", async (text, call) => {
  expect(await contentFor(text)).toMatchObject([{ type: "tool_use", ...call }]);
});

test("without a tool that fits the answer says so", async () => {
  const response = await post(await start(), path, { messages: [user("run: ls")] });
  expect(await response.json()).toMatchObject({
    content: [{ text: 'mock: no tool offered for "run"' }],
  });
});

test("reminders and notices of the agent are not the program", async () => {
  const response = await post(
    await start(),
    path,
    request(
      user("<system-reminder>\nsay: no\n</system-reminder>", "run: ls ;; say: yes"),
      { role: "assistant", content: [{ type: "tool_use", id: "t", name: "Bash", input: {} }] },
      {
        role: "user",
        content: [
          { type: "tool_result", tool_use_id: "t", content: "say: no" },
          { type: "text", text: "<task-notification>say: no</task-notification>" },
        ],
      },
    ),
  );
  expect(await response.json()).toMatchObject({ content: [{ text: "yes" }] });
});

test("what the user typed while a turn ran is the new program", async () => {
  const typed =
    "The user sent a new message while you were working:\nsay: second\n\nAddress the message.";
  const response = await post(
    await start(),
    path,
    request(
      user("run: ls ;; say: first"),
      { role: "assistant", content: [{ type: "tool_use", id: "t", name: "Bash", input: {} }] },
      { role: "user", content: [{ type: "tool_result", tool_use_id: "t", content: "" }] },
      { role: "system", content: [{ type: "text", text: typed }] },
    ),
  );
  expect(await response.json()).toMatchObject({ content: [{ text: "second" }] });
});

test("a compaction prompt gets a summary in its tags", async () => {
  const [block] = await contentFor("Your task is to create a detailed summary of the conversation");
  expect(block?.["text"]).toContain("<summary>");
});

test.each([
  ["400", 400, "invalid_request_error"],
  ["401", 401, "authentication_error"],
  ["429", 429, "rate_limit_error"],
  ["500", 500, "api_error"],
  ["overloaded", 529, "overloaded_error"],
  ["context", 400, "invalid_request_error"],
])("error: %s is refused with %i", async (name, status, type) => {
  const response = await post(await start(), path, request(user(`error: ${name}`)));
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({ type: "error", error: { type } });
});

test("error xN ends after N and the program goes on", async () => {
  const mock = await start();
  const body = request(user("error: 500 x2 ;; say: recovered"));
  const statuses = [];
  for (let attempt = 0; attempt < 3; attempt += 1) {
    statuses.push((await post(mock, path, body)).status);
  }
  expect(statuses).toEqual([500, 500, 200]);
  mock.reset();
  expect((await post(mock, path, body)).status).toBe(500);
});

test("tokens are counted on request", async () => {
  const response = await post(await start(), "/v1/messages/count_tokens", request(user("x")));
  expect(await response.json()).toEqual({ input_tokens: 1000 });
});
