import type { ThreadOp } from "@fairlead/bridge-core";
import { expect, test } from "vitest";
import { Translator } from "../src/translate/translator.ts";

/** Frames written by hand after Claude's format: no recording has calls of these tools. */
function opsOfCall(name: string, input: object, result: object): readonly ThreadOp[] {
  const translator = new Translator(null, false);
  const call = { type: "tool_use", id: "toolu_1", name, input };
  const answer = { type: "tool_result", tool_use_id: "toolu_1", ...result };
  const prompt = "00000000-0000-7000-8000-000000000001";
  translator.turns.given(prompt, "new");
  const frames = [
    { type: "command_lifecycle", command_uuid: prompt, state: "started" },
    { type: "assistant", message: { id: "msg_1", role: "assistant", content: [call] } },
    { type: "user", message: { role: "user", content: [answer] } },
  ];
  const ops = frames.flatMap((frame) => translator.translate(frame) ?? []);
  return ops.filter(({ op }) => op !== "alias");
}

test.each([
  [
    "Grep",
    { pattern: "to do", path: "/src", glob: "*.ts" },
    {
      command: "rg -g '*.ts' 'to do' /src",
      action: { type: "search", query: "to do", path: "/src" },
    },
  ],
  [
    "Grep",
    { pattern: "here" },
    { command: "rg here", action: { type: "search", query: "here", path: null } },
  ],
  [
    "Glob",
    { pattern: "**/*.md", path: "/docs" },
    { command: "rg --files -g '**/*.md' /docs", action: { type: "listFiles", path: "/docs" } },
  ],
  ["LS", { path: "/docs" }, { command: "ls /docs", action: { type: "listFiles", path: "/docs" } }],
])("%s %o is a command that looks", (name, input, { command, action }) => {
  expect(opsOfCall(name, input, { content: "a\nb" })).toEqual([
    {
      op: "open",
      key: "toolu_1",
      item: { type: "command", command, cwd: null, actions: [{ ...action, command }] },
    },
    {
      op: "close",
      key: "toolu_1",
      status: "completed",
      output: "a\nb",
      item: { type: "command", exitCode: 0 },
    },
  ]);
});

test("a search that fails says why", () => {
  const result = { content: "Path does not exist: /gone", is_error: true };
  expect(opsOfCall("Grep", { pattern: "a", path: "/gone" }, result)[1]).toEqual({
    op: "close",
    key: "toolu_1",
    status: "failed",
    output: "Path does not exist: /gone",
  });
});

test.each([
  ["WebSearch", { query: "fairlead" }, "fairlead"],
  ["WebFetch", { url: "https://example.org/a", prompt: "sum up" }, "https://example.org/a"],
])("%s is a web search", (name, input, query) => {
  const content = [{ type: "text", text: "found" }];
  expect(opsOfCall(name, input, { content })).toEqual([
    { op: "open", key: "toolu_1", item: { type: "webSearch", query } },
    { op: "close", key: "toolu_1", status: "completed" },
  ]);
});
