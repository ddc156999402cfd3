import type { ThreadOp } from "@fairlead/bridge-core";
import { expect, test } from "vitest";
import { ampStream } from "../src/translate/translator.ts";
import { answer, result, said, session, text, use } from "./open-thread.ts";

/** The ops of these frames in a turn of ours. */
function shown(...frames: readonly object[]): readonly ThreadOp[] {
  const translator = ampStream(session, (path) => `/w/${path}`.replace("/w//", "/"));
  translator.turns.given("turn", "new");
  const all = [said("go"), ...frames];
  return all.flatMap((frame) => translator.translate({ ...frame }) ?? []);
}

function itemOf(name: string, input: object): unknown {
  const [op] = shown(answer([use("t1", name, input)], "tool_use"));
  return op?.op === "open" ? op.item : op;
}

const command = (line: string, cwd: string | null = null): object => ({
  type: "command",
  command: line,
  cwd,
});

test.each([
  ["shell_command", { command: "ls", workdir: "sub" }, command("ls", "/w/sub")],
  ["Bash", { cmd: "ls", cwd: "/x" }, command("ls", "/x")],
  ["Read", { path: "a.ts", read_range: [3, 9] }, { command: "sed -n '3,9p' /w/a.ts" }],
  ["Read", { path: "a.png" }, { type: "imageView", path: "/w/a.png" }],
  ["Grep", { pattern: "x", path: "src" }, { command: "rg x src" }],
  ["glob", { filePattern: "*.ts" }, { command: "rg --files -g '*.ts'" }],
  ["list_directory", { path: "src" }, { command: "ls src" }],
  ["web_search", { query: "fairlead" }, { type: "webSearch", query: "fairlead" }],
  ["read_web_page", { url: "https://x" }, { type: "webSearch", query: "https://x" }],
  ["Task", { prompt: "look", description: "t" }, { type: "subagent", prompt: "look" }],
  ["oracle", { task: "think" }, { type: "subagent", prompt: "think" }],
  ["mcp__a__b", { x: 1 }, { type: "mcpTool", server: "a", tool: "b", arguments: { x: 1 } }],
  ["painter", { prompt: "p" }, { type: "tool", tool: "painter", arguments: { prompt: "p" } }],
  ["apply_patch", { patchText: "no patch" }, { type: "tool", tool: "apply_patch" }],
  [
    "edit_file",
    { path: "a", old_str: "x", new_str: "y" },
    { changes: [{ path: "/w/a", kind: "update", diff: "@@ -1,1 +1,1 @@\n-x\n+y\n" }] },
  ],
])("%s is shown as what it does", (name, input, item) => {
  expect(itemOf(name, input)).toMatchObject(item);
});

test("a patch is its files; what is deleted is shown with what it held", () => {
  const translator = ampStream(session, (path) => `/w/${path}`);
  translator.turns.given("turn", "new");
  const patchText = [
    ...["*** Begin Patch", "*** Add File: new.txt", "+one", "*** Update File: a.txt"],
    ...["*** Move to: b.txt", "@@", "-x", "+y", "*** Delete File: c.txt", "*** End Patch"],
  ].join("\n");
  const told = translator.translate({
    ...answer([use("t1", "apply_patch", { patchText })], "tool_use"),
  });
  expect(told).toEqual([]);
  const { ops } = translator.call({
    id: "t1",
    tool: "apply_patch",
    input: { patchText },
    before: { "c.txt": "gone\n" },
  });
  expect(ops).toMatchObject([
    {
      op: "open",
      item: {
        type: "fileChange",
        changes: [
          { path: "/w/new.txt", kind: "add", diff: "one\n" },
          { path: "/w/a.txt", kind: "update", movedTo: "/w/b.txt", diff: "@@\n-x\n+y\n" },
          { path: "/w/c.txt", kind: "delete", diff: "gone\n" },
        ],
      },
    },
  ]);
});

test("a file that is written is new, or an update of what it held", () => {
  const written = (before: object): unknown => {
    const translator = ampStream(session, (path) => `/w/${path}`);
    translator.turns.given("turn", "new");
    const input = { path: "a", content: "two\n" };
    const { call } = translator.call({ id: "t1", tool: "create_file", input, before });
    return call.item;
  };
  expect(written({ a: null })).toMatchObject({ changes: [{ kind: "add", diff: "two\n" }] });
  expect(written({ a: "one\n" })).toMatchObject({
    changes: [{ kind: "update", diff: "@@ -1,1 +1,1 @@\n-one\n+two\n" }],
  });
});

test.each([
  ['{"output":"a\\n","exitCode":0}', false, "completed", "a\n", 0],
  ['{"output":"a\\n","exitCode":3}', false, "failed", "a\n", 3],
  ['{"status":"running","pid":7,"output":"a"}', false, "completed", "a", null],
  ["plain words", false, "completed", "plain words", 0],
  ["it broke", true, "failed", "it broke", null],
])("the result %s of a command", (content, isError, status, output, exitCode) => {
  const uses = answer([use("t1", "shell_command", { command: "x" })], "tool_use");
  const [, close] = shown(uses, result("t1", content, isError));
  expect(close).toEqual({
    op: "close",
    key: "t1",
    status,
    output,
    item: { type: "command", exitCode },
  });
});

test("the diff of a result takes the place of the proposed one", () => {
  const uses = answer(
    [use("t1", "edit_file", { path: "a", old_str: "x", new_str: "y" })],
    "tool_use",
  );
  const diff = "```diff\nIndex: a\n--- a\n+++ a\n@@ -4,1 +4,1 @@\n-x\n+y\n```";
  const [, close] = shown(uses, result("t1", JSON.stringify({ diff, lineRange: [4, 4] })));
  expect(close).toMatchObject({ item: { changes: [{ diff: "@@ -4,1 +4,1 @@\n-x\n+y\n" }] } });
});

test("todos are the plan", () => {
  const todos = [
    { id: "1", content: "read", status: "completed" },
    { id: "2", content: "write", status: "in-progress" },
    { id: "3", content: "test", status: "todo" },
  ];
  const uses = answer([use("t1", "todo_write", { todos })], "tool_use");
  expect(shown(uses, result("t1", "ok"))).toEqual([
    {
      op: "plan",
      steps: [
        { step: "read", status: "completed" },
        { step: "write", status: "inProgress" },
        { step: "test", status: "pending" },
      ],
    },
  ]);
});

test("what has a parent is a thread of its own, with its tools and its end", () => {
  const input = { prompt: "look around", description: "Looking" };
  const ops = shown(
    answer([use("task", "Task", input)], "tool_use"),
    answer([use("inner", "Read", { path: "a" })], "tool_use", "task"),
    { ...result("inner", "text"), parent_tool_use_id: "task" },
    answer([text("found")], "end_turn", "task"),
    result("task", "found"),
    answer([text("done")]),
  );
  expect(ops.map(({ op, thread }) => `${op} ${thread ?? ""}`.trim())).toEqual([
    ...["open", "child", "begin task", "open task", "close task"],
    ...[
      "open task",
      "text task",
      "close task",
      "end task",
      "close",
      "open",
      "text",
      "close",
      "end",
    ],
  ]);
  expect(ops[1]).toEqual({
    op: "child",
    key: "task",
    item: "task",
    nativeId: null,
    title: "Looking",
  });
});

test("thinking is reasoning; tokens are told with the window; the limit is a notice", () => {
  const usage = {
    input_tokens: 10,
    cache_creation_input_tokens: 5,
    cache_read_input_tokens: 100,
    output_tokens: 7,
    max_tokens: 200_000,
  };
  const content = [
    { type: "thinking", thinking: "hm" },
    { type: "redacted_thinking", data: "x" },
  ];
  const message = { role: "assistant", content, stop_reason: "max_tokens", usage };
  const ops = shown({ type: "assistant", message, parent_tool_use_id: null, session_id: session });
  expect(ops).toMatchObject([
    { op: "open", item: { type: "reasoning" } },
    { op: "text", delta: "hm" },
    { op: "close" },
    { op: "usage", last: { input: 115, cached: 100, output: 7, reasoning: 0 }, window: 200_000 },
    { op: "notice" },
    { op: "end", status: "completed" },
  ]);
});

test.each([
  [
    { type: "result", is_error: true, subtype: "error_during_execution", error: "Out of credits" },
    "usage-limit",
  ],
  [{ type: "result", is_error: true, subtype: "error_max_turns", error: "too many" }, "other"],
  [{ type: "system", subtype: "error_during_execution", error: "Unauthorized" }, "unauthenticated"],
])("the error of %j", (frame, kind) => {
  expect(shown(frame)).toMatchObject([{ op: "end", status: "failed", failure: { kind } }]);
});

test("blocks and frames of unknown kind are shown and told, never lost", () => {
  const ops = shown(answer([{ type: "hologram", data: 1 }], "tool_use"));
  expect(ops[0]).toMatchObject({
    item: { type: "tool", tool: "hologram", arguments: { data: 1 } },
  });
  const translator = ampStream(session, (path) => path);
  expect(translator.translate({ type: "weather" })).toBeNull();
});

test("servers that cannot be used are told", () => {
  const mcp_servers = [
    { name: "good", status: "connected" },
    { name: "bad", status: "failed" },
  ];
  expect(shown({ type: "system", subtype: "init", session_id: session, mcp_servers })).toEqual([
    { op: "notice", message: "Amp cannot use the MCP server bad: failed." },
  ]);
});

test("what somebody says elsewhere is a turn of its own", () => {
  const translator = ampStream(session, (path) => path);
  const ops = [said("from the web"), answer([text("hi")])].flatMap(
    (frame) => translator.translate({ ...frame }) ?? [],
  );
  expect(ops[0]).toMatchObject({ op: "begin", input: [{ type: "text", text: "from the web" }] });
  expect(ops.at(-1)).toMatchObject({ op: "end", status: "completed" });
});

test("a thought, and a call announced by the reason alone, do not end the turn", () => {
  const thought = answer([{ type: "thinking", thinking: "hm" }], null);
  const ops = shown(thought, answer([text("I will look.")], "tool_use"), answer([text("done")]));
  expect(ops.filter(({ op }) => op === "end")).toHaveLength(1);
  expect(ops.at(-1)).toMatchObject({ op: "end", status: "completed" });
});
