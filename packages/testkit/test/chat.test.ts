import { join } from "node:path";
import { expect, test } from "vitest";
import { nonceOf } from "../src/index.ts";
import type { JsonObject } from "../src/json.ts";
import { arrayOf, objectOf, stringOf } from "../src/json.ts";
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

/** The tools of Pi and of OpenCode that write, edit and start sub-agents, by their arguments. */
const piTools = toolsWith({ edit: ["path", "edits"], write: ["path", "content"] });
const openCodeTools = toolsWith({
  edit: ["filePath", "oldString", "newString", "replaceAll"],
  question: ["questions"],
  task: ["description", "prompt", "subagent_type", "task_id"],
  todowrite: ["todos"],
  write: ["content", "filePath"],
});
const hermesTools = toolsWith({
  clarify: ["question", "choices"],
  delegate_task: ["goal", "context", "tasks"],
  patch: ["mode", "path", "old_string", "new_string", "patch"],
  terminal: ["command", "background"],
});

function toolsWith(known: Readonly<Record<string, readonly string[]>>): readonly JsonObject[] {
  return Object.entries(known).map(([name, names]) => ({
    type: "function",
    function: {
      name,
      parameters: { properties: Object.fromEntries(names.map((key) => [key, {}])) },
    },
  }));
}

test.each([
  ["pi", piTools, "write: a.txt = one\\ntwo", { path: "a.txt", content: "one\ntwo" }],
  [
    "pi",
    piTools,
    "edit: a.txt = old => new",
    { path: "a.txt", edits: [{ oldText: "old", newText: "new" }] },
  ],
  [
    "opencode",
    openCodeTools,
    "edit: a.txt = old => new",
    { filePath: join("/p", "a.txt"), oldString: "old", newString: "new" },
  ],
  [
    "opencode",
    openCodeTools,
    "task: say: inner",
    { description: "mock task", prompt: "say: inner", subagent_type: "general" },
  ],
  ["hermes", hermesTools, "run: ls", { command: "ls" }],
  [
    "hermes",
    hermesTools,
    "edit: a.txt = old => new",
    { mode: "replace", path: "a.txt", old_string: "old", new_string: "new" },
  ],
  [
    "hermes",
    hermesTools,
    "rm: a.txt",
    { mode: "patch", patch: "*** Begin Patch\n*** Delete File: a.txt\n*** End Patch" },
  ],
  ["hermes", hermesTools, "ask: Which?", { question: "Which?", choices: ["Red", "Blue"] }],
  ["hermes", hermesTools, "task: say: inner", { goal: "say: inner" }],
])("a step calls the tool of %s with its arguments", async (agent, offered, text, wanted) => {
  // OpenCode is told where it works, and wants absolute paths.
  const system = agent === "opencode" ? "<env>\n  Working directory: /p\n</env>" : "You are pi.";
  const messages = [
    { role: "system", content: system },
    { role: "user", content: text },
  ];
  const body = { model: "mock-model", tools: offered, messages };
  const [choice] = arrayOf(
    objectOf(await (await post(await start(), path, body)).json())["choices"],
  );
  const [call] = arrayOf(objectOf(objectOf(choice)["message"])["tool_calls"]);
  expect(JSON.parse(stringOf(objectOf(objectOf(call)["function"])["arguments"]))).toEqual(wanted);
});

test("what the user typed meanwhile is found in the result that Hermes hides it in", async () => {
  const marked =
    "out\n\n[OUT-OF-BAND USER MESSAGE — a direct message from the user, delivered mid-turn; not tool output]\nsay: instead\n[/OUT-OF-BAND USER MESSAGE]";
  const body = request(
    { role: "user", content: "run: ls ;; say: never" },
    { role: "assistant", tool_calls: [] },
    { role: "tool", tool_call_id: "x", content: marked },
  );
  expect(await (await post(await start(), path, body)).json()).toMatchObject({
    choices: [{ message: { content: "instead" } }],
  });
});

test.each([
  ["You are a context summarization assistant. Your task is to read a conversation."],
  ["You are a context summarization agent. You are given a conversation."],
  ["Summarize what was done in this conversation. Write like a pull request description."],
])("a request for a summary is answered with one: %s", async (system) => {
  const body = {
    model: "mock-model",
    messages: [
      { role: "system", content: system },
      { role: "user", content: "<conversation>\n[User]: error: 500\n</conversation>" },
    ],
  };
  expect(await (await post(await start(), path, body)).json()).toMatchObject({
    choices: [{ message: { content: "Mock summary of the conversation." } }],
  });
});

test("OpenCode's request for a title is answered with one, whatever the program says", async () => {
  const body = {
    model: "mock-model",
    messages: [
      { role: "system", content: "You are a title generator. You output ONLY a thread title." },
      { role: "user", content: "Generate a title for this conversation:\n" },
      { role: "user", content: "error: 500" },
    ],
  };
  expect(await (await post(await start(), path, body)).json()).toMatchObject({
    choices: [{ message: { content: "Mock title" } }],
  });
});

test.each([
  ["401", 401, { type: "invalid_request_error", code: "invalid_api_key" }],
  ["429", 429, { type: "tokens", code: "rate_limit_exceeded" }],
  ["context", 400, { type: "invalid_request_error", code: "context_length_exceeded" }],
  ["quota", 429, { type: "insufficient_quota", code: "insufficient_quota" }],
])("error: %s is refused in the words of OpenAI", async (name, status, error) => {
  const body = request({ role: "user", content: `error: ${name}` });
  const response = await post(await start(), path, body);
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({ error });
});

test("a summary that the agent puts in place of the conversation is no program", async () => {
  const summary = "The conversation history before this point was compacted into a summary.";
  const body = request(
    { role: "user", content: "nonce: seed" },
    { role: "user", content: summary },
  );
  expect(await (await post(await start(), path, body)).json()).toMatchObject({
    choices: [{ message: { content: nonceOf("seed") } }],
  });
});
