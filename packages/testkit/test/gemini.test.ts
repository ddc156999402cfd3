import { join } from "node:path";
import { expect, test } from "vitest";
import type { JsonObject } from "../src/json.ts";
import { arrayOf, objectOf } from "../src/json.ts";
import { mockLlmPerTest, post, streamed } from "./ask-mock.ts";

const start = mockLlmPerTest();
const whole = "/v1beta/models/gemini-2.5-pro:generateContent";
const inPieces = "/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse";

const functionDeclarations = Object.entries({
  run_shell_command: ["command", "description", "dir_path"],
  write_file: ["file_path", "content"],
  replace: ["file_path", "instruction", "old_string", "new_string"],
  write_todos: ["todos"],
}).map(([name, names]) => ({
  name,
  parametersJsonSchema: { properties: Object.fromEntries(names.map((key) => [key, {}])) },
}));

/** What Gemini CLI says before the first thing the user typed. */
const context = {
  text: "<session_context>\n- **Workspace Directories:**\n  - /p\n- **Directory Structure:**\n</session_context>",
};

function request(...contents: readonly JsonObject[]): JsonObject {
  return { contents, tools: [{ functionDeclarations }] };
}

function user(...parts: readonly JsonObject[]): JsonObject {
  return { role: "user", parts };
}

test("a text is streamed as parts, the last with the reason for the end and the usage", async () => {
  const body = request(user(context, { text: "say: hello world" }));
  const events = await streamed(await start(), inPieces, body);
  expect(events.map(({ data }) => data)).toMatchObject([
    { candidates: [{ content: { role: "model", parts: [{ text: "hello" }] } }] },
    { candidates: [{ content: { parts: [{ text: " world" }] } }], modelVersion: "gemini-2.5-pro" },
    { candidates: [{ finishReason: "STOP" }], usageMetadata: { candidatesTokenCount: 2 } },
  ]);
});

test("what the model thinks are parts that say so", async () => {
  const events = await streamed(await start(), inPieces, request(user({ text: "think: it" })));
  const parts = events.flatMap(({ data }) =>
    arrayOf(objectOf(objectOf(arrayOf(data["candidates"])[0])["content"])["parts"]),
  );
  expect(parts).toEqual([
    { text: "Considering:", thought: true },
    { text: " it", thought: true },
    { text: "it" },
    { text: "" },
  ]);
});

test("a function call is answered with the next step", async () => {
  const mock = await start();
  const prompt = user({ text: "run: ls ;; say: listed" });
  const first = objectOf(await (await post(mock, whole, request(prompt))).json());
  const content = objectOf(objectOf(arrayOf(first["candidates"])[0])["content"]);
  expect(content).toMatchObject({
    parts: [
      {
        functionCall: {
          name: "run_shell_command",
          args: { command: "ls", description: "mock command" },
        },
      },
    ],
  });
  const result = user({
    functionResponse: { name: "run_shell_command", response: { output: "a.txt" } },
  });
  const second = await post(mock, whole, request(prompt, content, result));
  expect(await second.json()).toMatchObject({
    candidates: [{ content: { parts: [{ text: "listed" }] }, finishReason: "STOP" }],
  });
});

test.each([
  ["write: a.txt = one", "write_file", { file_path: join("/p", "a.txt"), content: "one" }],
  [
    "edit: a.txt = old => new",
    "replace",
    {
      file_path: join("/p", "a.txt"),
      instruction: "mock edit",
      old_string: "old",
      new_string: "new",
    },
  ],
  [
    "plan: a, b",
    "write_todos",
    {
      todos: [
        { description: "a", status: "in_progress" },
        { description: "b", status: "pending" },
      ],
    },
  ],
])("%s calls %s", async (text, name, args) => {
  const body = request(user(context, { text }));
  expect(await (await post(await start(), whole, body)).json()).toMatchObject({
    candidates: [{ content: { parts: [{ functionCall: { name, args } }] } }],
  });
});

test("echo tells what reached the model", async () => {
  const picture = { inlineData: { mimeType: "image/png", data: "AA==" } };
  const body = {
    ...request(user(context, { text: "echo" }, picture)),
    systemInstruction: { parts: [{ text: "four" }] },
    generationConfig: { thinkingConfig: { thinkingLevel: "high" } },
  };
  const answer = objectOf(await (await post(await start(), whole, body)).json());
  const [part] = arrayOf(
    objectOf(objectOf(arrayOf(answer["candidates"])[0])["content"])["parts"],
  ).map(objectOf);
  expect(JSON.parse(String(part?.["text"]))).toMatchObject({
    model: "gemini-2.5-pro",
    effort: "high",
    images: 1,
    userTexts: ["echo"],
    systemBytes: 4,
  });
});

test.each([
  ["400", 400, { status: "INVALID_ARGUMENT" }],
  ["401", 401, { status: "UNAUTHENTICATED", code: 401, message: "mock: invalid api key" }],
  ["403", 403, { status: "PERMISSION_DENIED" }],
  ["429", 429, { status: "RESOURCE_EXHAUSTED", details: [{ retryDelay: "0.2s" }] }],
  ["quota", 429, { details: [{ violations: [{}] }] }],
  ["context", 400, { message: expect.stringContaining("exceeds the maximum number of tokens") }],
  ["overloaded", 503, { status: "UNAVAILABLE" }],
])("error: %s is refused in the words of Google", async (name, status, error) => {
  const response = await post(await start(), inPieces, request(user({ text: `error: ${name}` })));
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({ error });
});

test("error: midstream is an error among the parts", async () => {
  const events = await streamed(
    await start(),
    inPieces,
    request(user({ text: "error: midstream" })),
  );
  expect(events.at(-1)?.data).toMatchObject({ error: { code: 500, status: "INTERNAL" } });
});

test("tokens are counted", async () => {
  const path = "/v1beta/models/gemini-2.5-pro:countTokens";
  const response = await post(await start(), path, request(user({ text: "say: x" })));
  expect(await response.json()).toEqual({ totalTokens: 1000 });
});
