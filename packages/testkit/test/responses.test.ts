import { expect, test } from "vitest";
import { nonceOf } from "../src/index.ts";
import type { JsonObject } from "../src/json.ts";
import { arrayOf, objectOf, stringOf } from "../src/json.ts";
import { mockLlmPerTest, post, streamed } from "./ask-mock.ts";

const start = mockLlmPerTest();
const path = "/v1/responses";

const tools = [
  { type: "function", name: "exec_command", parameters: { properties: { cmd: {} } } },
  { type: "custom", name: "apply_patch" },
  { type: "function", name: "update_plan", parameters: { properties: { plan: {} } } },
];

function input(...items: readonly JsonObject[]): JsonObject {
  return { model: "mock-model", tools, input: items };
}

function user(text: string): JsonObject {
  return { type: "message", role: "user", content: [{ type: "input_text", text }] };
}

function lastItem(events: readonly { name: string; data: JsonObject }[]): JsonObject {
  return objectOf(
    events.findLast((event) => event.name === "response.output_item.done")?.data["item"],
  );
}

test("a text is streamed as item, content part and deltas", async () => {
  const events = await streamed(await start(), path, input(user("say: hello world")));
  expect(events.map((event) => event.name)).toEqual([
    "response.created",
    "response.output_item.added",
    "response.content_part.added",
    "response.output_text.delta",
    "response.output_text.delta",
    "response.output_text.done",
    "response.content_part.done",
    "response.output_item.done",
    "response.completed",
  ]);
  expect(events.map((event) => event.data["type"])).toEqual(events.map((event) => event.name));
  expect(events.flatMap((event) => event.data["delta"] ?? [])).toEqual(["hello", " world"]);
  expect(events.at(-1)?.data).toMatchObject({
    response: { status: "completed", usage: { input_tokens: 1100, output_tokens: 2 } },
  });
});

test("thinking comes as a reasoning item in front of the text", async () => {
  const events = await streamed(await start(), path, input(user("think: forty two")));
  const done = events.filter((event) => event.name === "response.output_item.done");
  expect(done.map((event) => event.data["item"])).toMatchObject([
    { type: "reasoning", summary: [{ text: "Considering: forty two" }] },
    { type: "message", content: [{ text: "forty two" }] },
  ]);
});

test("each request plays the next step, then says done", async () => {
  const mock = await start();
  const prompt = user("run: echo hi ;; write: a.txt = one\\ntwo ;; nonce: seed");
  const command = lastItem(await streamed(mock, path, input(prompt)));
  expect(command).toMatchObject({
    type: "function_call",
    name: "exec_command",
    arguments: '{"cmd":"echo hi"}',
  });
  const output = { type: "function_call_output", call_id: command["call_id"], output: "hi" };
  const patch = lastItem(await streamed(mock, path, input(prompt, command, output)));
  expect(patch).toMatchObject({
    type: "custom_tool_call",
    name: "apply_patch",
    input: "*** Begin Patch\n*** Add File: a.txt\n+one\n+two\n*** End Patch",
  });
  const patched = { type: "custom_tool_call_output", call_id: patch["call_id"], output: "ok" };
  const history = [prompt, command, output, patch, patched];
  const nonce = lastItem(await streamed(mock, path, input(...history)));
  expect(nonce).toMatchObject({ content: [{ text: nonceOf("seed") }] });
  const done = lastItem(await streamed(mock, path, input(...history, nonce, patched)));
  expect(done).toMatchObject({ content: [{ text: expect.stringMatching(/^done: run: echo hi/) }] });
});

test("two calls of one answer count as one", async () => {
  const mock = await start();
  const prompt = user("parallel: a ### b ;; say: both");
  const events = await streamed(mock, path, input(prompt));
  const calls = events
    .filter((event) => event.name === "response.output_item.done")
    .map((event) => objectOf(event.data["item"]));
  expect(calls.map((call) => call["arguments"])).toEqual(['{"cmd":"a"}', '{"cmd":"b"}']);
  const outputs = calls.map((call) => ({
    type: "function_call_output",
    call_id: call["call_id"],
    output: "",
  }));
  const next = lastItem(await streamed(mock, path, input(prompt, ...calls, ...outputs)));
  expect(next).toMatchObject({ content: [{ text: "both" }] });
});

test("what the agent injects is never the program", async () => {
  const events = await streamed(
    await start(),
    path,
    input(
      user("<environment_context>\n<cwd>/p</cwd>\n</environment_context>"),
      user("echo"),
      user("<turn_aborted>say: no</turn_aborted>"),
    ),
  );
  const [part] = arrayOf(lastItem(events)["content"]);
  expect(JSON.parse(stringOf(objectOf(part)["text"]))).toMatchObject({
    model: "mock-model",
    tools: ["exec_command", "apply_patch", "update_plan"],
    userTexts: ["echo"],
    images: 0,
  });
});

test("a request for a compaction summary is answered with a summary", async () => {
  const mock = await start();
  const request = user("You are performing a CONTEXT CHECKPOINT COMPACTION. Create a handoff.");
  const item = lastItem(await streamed(mock, path, input(user("hold"), request)));
  expect(item).toMatchObject({ content: [{ text: "Mock summary of the conversation." }] });
});

test("a title schema is answered with a title", async () => {
  const schema = { type: "object", properties: { title: { type: "string" } } };
  const body = { ...input(user("say: x")), text: { format: { type: "json_schema", schema } } };
  const item = lastItem(await streamed(await start(), path, body));
  expect(item).toMatchObject({ content: [{ text: '{"title":"Mock title"}' }] });
});

test("an answer that fails mid-stream never completes its item", async () => {
  const events = await streamed(await start(), path, input(user("error: midstream")));
  expect(events.map((event) => event.name)).not.toContain("response.output_item.done");
  expect(events.at(-1)).toMatchObject({
    name: "response.failed",
    data: { response: { error: { code: "server_error" } } },
  });
});

test.each([
  ["context", "context_length_exceeded"],
  ["quota", "insufficient_quota"],
  ["overloaded", "server_is_overloaded"],
  ["stream", "server_error"],
])("error: %s fails the response with %s", async (name, code) => {
  const events = await streamed(await start(), path, input(user(`error: ${name}`)));
  expect(events.at(-1)?.data).toMatchObject({ response: { error: { code } } });
});

test("without streaming the answer is one body", async () => {
  const response = await post(await start(), path, input(user("say: plain")));
  expect(await response.json()).toMatchObject({
    status: "completed",
    output: [{ type: "message", content: [{ text: "plain" }] }],
  });
});

test.each([
  ["run: ls", "Execute", { command: "ls", riskLevel: "medium" }],
  ["ask: Which?", "AskUser", { questionnaire: expect.stringContaining("1. [question] Which?\n") }],
  ["plan: read, write", "TodoWrite", { todos: "1. [in_progress] read\n2. [pending] write" }],
  ["task: say: x", "Task", { prompt: "say: x", await: true, subagent_type: "worker" }],
  ["rm: a.txt", "ApplyPatch", { input: expect.stringContaining("*** Delete File: a.txt") }],
])("%s is played in the form of Droid's %s", async (program, name, expected) => {
  const strings = ["command", "riskLevel", "questionnaire", "todos", "prompt", "input"];
  const others = ["await", "subagent_type", "complexity"];
  const properties = Object.fromEntries([
    ...strings.map((key) => [key, { type: "string" }] as const),
    ...others.map((key) => [key, {}] as const),
  ]);
  const offered = { type: "function", name, parameters: { properties } };
  const body = { ...input(user(program)), tools: [offered] };
  const called = lastItem(await streamed(await start(), path, body));
  expect(called["name"]).toBe(name);
  expect(JSON.parse(stringOf(called["arguments"]))).toMatchObject(expected);
});

test("a relative file is in the folder that Droid tells", async () => {
  const properties = { file_path: {}, content: {} };
  const offered = { type: "function", name: "Create", parameters: { properties } };
  const told = user("<system-reminder>\n% pwd\n/tmp/place\n\n</system-reminder>");
  const body = { ...input(told, user("write: a.txt = x")), tools: [offered] };
  const called = lastItem(await streamed(await start(), path, body));
  expect(JSON.parse(stringOf(called["arguments"]))).toEqual({
    file_path: "/tmp/place/a.txt",
    content: "x",
  });
});

test("a title for Droid's list of sessions is no turn", async () => {
  const instructions =
    "You are a helper that generates concise session titles for a session picker.";
  const body = { model: "mock-model", tools: [], instructions, input: [user("say: x")] };
  const item = lastItem(await streamed(await start(), path, body));
  expect(item).toMatchObject({ content: [{ text: "Mock title" }] });
});
