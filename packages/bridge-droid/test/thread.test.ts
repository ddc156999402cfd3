import { fieldsOf } from "@fairlead/bridge-core/parts";
import { expect, test } from "vitest";
import {
  folder,
  isAsk,
  isEnd,
  notification,
  openThread,
  respond,
  session,
  threadId,
  turnId,
  type OpenedThread,
} from "./open-thread.ts";

const input = { command: "ls > made" };

/** Hands over a prompt, which Droid takes. */
async function begin(opened: OpenedThread): Promise<void> {
  const begun = opened.prompt("do it");
  respond(opened.droid, await opened.droid.nextWrite());
  await begun;
}

/** The model calls a tool, which our hook holds. */
function call(opened: OpenedThread, id: string, name = "Execute", given: object = input): void {
  const content = [{ type: "tool_use", id, name, input: given }];
  const hookCommands = [{ command: '"$FAIRLEAD_DROID_NODE" "$FAIRLEAD_DROID_HOOK" || exit 2' }];
  const started = { type: "hook_execution_started", hookEventName: "PreToolUse", hookCommands };
  opened.droid.emit(
    notification({
      type: "create_message",
      message: { id: `m-${id}`, role: "assistant", content },
    }),
    notification({ ...started, hookToolCallId: id }),
  );
}

const over = notification({ type: "agent_turn_completed", reason: "completed" });

test("a session is opened under the thread's id, with autonomy off, servers and instructions", async () => {
  const mcpServers = [
    { name: "one", command: "run", args: ["it"], env: { A: "b" } },
    { name: "two", url: "http://127.0.0.1:1", headers: { x: "y" } },
  ];
  const { droid, thread } = await openThread({ spec: { mcpServers, instructions: "Be kind." } });
  expect(droid.written[0]).toMatchObject({
    jsonrpc: "2.0",
    factoryApiVersion: "1.0.0",
    type: "request",
    method: "droid.initialize_session",
    params: {
      sessionId: threadId,
      cwd: folder,
      modelId: "custom:Mock-Anthropic-0",
      reasoningEffort: "low",
      autonomyLevel: "off",
      interactionMode: "auto",
      systemPrompt: { type: "preset", preset: "droid", append: "Be kind." },
      mcpServers: [
        { name: "one", command: "run", args: ["it"], env: { A: "b" } },
        {
          type: "http",
          name: "two",
          url: "http://127.0.0.1:1",
          headers: [{ name: "x", value: "y" }],
        },
      ],
    },
  });
  expect(thread.nativeId).toBe(threadId);
  expect(droid.spec.args).toEqual([
    "exec",
    "--input-format",
    "stream-jsonrpc",
    "--output-format",
    "stream-jsonrpc",
  ]);
});

test("a model that Droid does not have is refused by name; settings are told when they change", async () => {
  const opened = await openThread();
  await expect(opened.prompt("x", { model: "nonsense" })).rejects.toMatchObject({
    kind: "bad-request",
    message: "nonsense is no model of Droid's: choose one it lists",
  });
  const before = opened.droid.written.length;
  const begun = opened.prompt("x", { mode: "plan", effort: "none" });
  const told = await nextOf(opened, before);
  expect(told["params"]).toEqual({
    interactionMode: "spec",
    autonomyLevel: "off",
    modelId: "custom:Mock-Anthropic-0",
    reasoningEffort: "off",
  });
  respond(opened.droid, told);
  respond(opened.droid, await nextOf(opened, before + 1), { limit: 1 });
  respond(opened.droid, await nextOf(opened, before + 2));
  await begun;
});

async function nextOf(opened: OpenedThread, index: number) {
  while (opened.droid.written.length <= index) await opened.droid.nextWrite();
  return fieldsOf(opened.droid.written[index]);
}

test.each([
  ["accept", "allow"],
  ["decline", "deny"],
  ["cancel", "deny"],
] as const)("a held call: %s", async (type, permissionDecision) => {
  const opened = await openThread();
  await begin(opened);
  const told = opened.hook(input);
  call(opened, "one");
  const ask = (await opened.until(isAsk)).at(-1);
  expect(ask).toMatchObject({ ask: { kind: "command", key: "one", scope: "Execute ls > made" } });
  const written = opened.droid.written.length;
  await opened.thread.answer(ask?.op === "ask" ? ask.id : "", { type });
  expect(await told).toMatchObject({ hookSpecificOutput: { permissionDecision } });
  expect(opened.droid.written).toHaveLength(written);
});

test("an answer that a hook did not fetch is for no later call", async () => {
  const opened = await openThread();
  await begin(opened);
  call(opened, "one");
  const ask = (await opened.until(isAsk)).at(-1);
  await opened.thread.answer(ask?.op === "ask" ? ask.id : "", { type: "accept" });
  opened.droid.emit(notification({ type: "hook_execution_completed", hookToolCallId: "one" }));
  call(opened, "two");
  const second = (await opened.until(isAsk)).at(-1);
  const told = opened.hook(input);
  await opened.thread.answer(second?.op === "ask" ? second.id : "", { type: "decline" });
  expect(await told).toMatchObject({ hookSpecificOutput: { permissionDecision: "deny" } });
});

test("a question whose hook is gone is withdrawn", async () => {
  const opened = await openThread();
  await begin(opened);
  call(opened, "one");
  opened.droid.emit(notification({ type: "hook_execution_completed", hookToolCallId: "one" }));
  const ops = await opened.until(({ op }) => op === "withdraw");
  expect(ops.at(-1)).toEqual({ op: "withdraw", id: "one:one" });
});

test("what is granted goes Droid's way, which is answered for once", async () => {
  const all = { ...session.settings, approvals: "auto", sandbox: "danger-full-access" } as const;
  const opened = await openThread();
  const begun = opened.prompt("x", { approvals: all.approvals, sandbox: all.sandbox });
  respond(opened.droid, await opened.droid.nextWrite());
  await begun;
  const told = opened.hook(input);
  call(opened, "one");
  expect(await told).toEqual({});
  const params = {
    toolUses: [{ toolUse: { id: "one", name: "Execute", input }, confirmationType: "exec" }],
    options: [{ value: "proceed_always" }, { value: "proceed_once" }, { value: "cancel" }],
  };
  opened.droid.emit({ type: "request", method: "droid.request_permission", id: "r", params });
  expect(await opened.droid.nextWrite()).toMatchObject({
    type: "response",
    id: "r",
    result: { selectedOption: "proceed_once" },
  });
});

test.each([
  [["accept", "accept"], "proceed_once"],
  [["accept", "decline"], "cancel"],
] as const)(
  "several calls in one request are asked one by one: %j",
  async (answers, selectedOption) => {
    const opened = await openThread();
    await begin(opened);
    const toolUses = ["one", "two"].map((id) => ({ toolUse: { id, name: "Execute", input } }));
    const params = { toolUses, options: [{ value: "proceed_once" }, { value: "cancel" }] };
    opened.droid.emit({ type: "request", method: "droid.request_permission", id: "r", params });
    for (const type of answers) {
      const ask = (await opened.until(isAsk)).at(-1);
      await opened.thread.answer(ask?.op === "ask" ? ask.id : "", { type });
    }
    expect(await opened.droid.nextWrite()).toMatchObject({ id: "r", result: { selectedOption } });
  },
);

test.each([
  [
    "Create",
    { file_path: "a.txt", content: "ONE\ntwo\n" },
    "update",
    "@@ -1,2 +1,2 @@\n-one\n+ONE\n two\n",
  ],
  ["Create", { file_path: "b.txt", content: "new\n" }, "add", "new\n"],
  [
    "ApplyPatch",
    { input: "*** Begin Patch\n*** Delete File: a.txt\n*** End Patch" },
    "delete",
    "one\ntwo\n",
  ],
] as const)("%s %j is shown as: %s", async (name, given, kind, diff) => {
  const files = { [`${folder}/a.txt`]: "one\ntwo\n" };
  const opened = await openThread({ files });
  await begin(opened);
  call(opened, "one", name, given);
  const path = `${folder}/${name === "Create" ? given.file_path : "a.txt"}`;
  expect((await opened.until(isAsk)).find(({ op }) => op === "open")).toEqual({
    op: "open",
    key: "one",
    item: { type: "fileChange", changes: [{ path, kind, diff }] },
  });
});

/** Droid's count of the session's tokens, and of its newest request's. */
function counted(all: number, newest: number | null): object {
  const [tokenUsage, lastCallTokenUsage] = [{ inputTokens: all }, { inputTokens: newest }];
  return notification(
    newest === null
      ? { type: "agent_turn_completed", reason: "completed", cumulativeTokenUsage: tokenUsage }
      : { type: "session_token_usage_changed", tokenUsage, lastCallTokenUsage },
  );
}

const titled = notification({
  type: "session_title_updated",
  title: "T",
  updateType: "llm_generated",
});
const said = notification({ type: "create_message", message: { id: "m", role: "assistant" } });

test.each([
  [
    "counted alone",
    [titled, counted(10, 10), said, counted(30, null)],
    [
      [0, 10],
      [20, 30],
    ],
  ],
  ["counted after the answer", [said, titled, counted(30, 10), counted(30, null)], [[20, 30]]],
  ["counted before the answer", [titled, said, counted(30, 20), counted(30, null)], [[20, 30]]],
  [
    "counted late",
    [titled, said, counted(10, 10), counted(30, 20)],
    [
      [0, 10],
      [20, 30],
    ],
  ],
  [
    "counted behind the turn",
    [titled, said, counted(30, null), counted(30, 20)],
    [
      [0, 30],
      [20, 30],
    ],
  ],
  [
    "of a turn that fails",
    [titled, counted(10, null), counted(10, 10)],
    [
      [0, 10],
      [0, 10],
    ],
  ],
] as const)("a title's request is none of the turn's: %s", async (_case, frames, expected) => {
  const opened = await openThread();
  await begin(opened);
  opened.droid.emit(...frames, notification({ type: "mcp_auth_required", message: "last" }));
  const ops = await opened.until(({ op }) => op === "notice");
  const told = ops.flatMap((op) => (op.op === "usage" ? [[op.last.input, op.session?.input]] : []));
  expect(told).toEqual(expected);
});

test("a request of unknown kind is refused and logged", async () => {
  const opened = await openThread();
  opened.droid.emit({ type: "request", method: "droid.new_thing", id: "r", params: {} });
  expect(await opened.droid.nextWrite()).toMatchObject({ id: "r", error: { code: -32_601 } });
  expect(opened.host.logged.at(-1)?.message).toContain("droid.new_thing");
});

test("a sub-agent's session is a thread of its own; one of nobody's is not shown", async () => {
  const opened = await openThread();
  await begin(opened);
  call(opened, "task", "Task", { prompt: "look" });
  await opened.until(isAsk);
  const text = { type: "assistant_text_delta", messageId: "m", blockIndex: 0, textDelta: "found" };
  const from = (sessionId: string) => ({
    ...notification({}),
    params: { sessionId, notification: text },
  });
  opened.droid.emit(
    notification({
      type: "child_session_available",
      childSessionId: "kid",
      toolUseId: "task",
      description: "Looks",
    }),
    from("stranger"),
    from("kid"),
    notification({ type: "tool_result", toolUseId: "task", content: "found" }),
    over,
  );
  const ops = await opened.until((op) => isEnd(op) && op.thread === undefined);
  expect(ops).toEqual([
    { op: "child", key: "kid", item: "task", nativeId: "kid", title: "Looks" },
    { op: "begin", turn: "m", input: [], thread: "kid" },
    { op: "open", key: "m:0", item: { type: "message" }, thread: "kid" },
    { op: "text", key: "m:0", delta: "found", thread: "kid" },
    { op: "close", key: "m:0", thread: "kid" },
    { op: "end", turn: "m", status: "completed", thread: "kid" },
    { op: "close", key: "task", status: "completed" },
    { op: "end", turn: turnId, status: "completed" },
  ]);
});

test("a rollback rewinds into a new session and restores no files", async () => {
  const from = { nativeId: "old", fork: true, before: "m2" };
  const opening = openThread({
    spec: { from },
    answers: [session, { newSessionId: "new" }, session, { limit: 1 }],
  });
  const { droid, thread } = await opening;
  expect(droid.written.map((frame) => fieldsOf(frame)["method"])).toEqual([
    "droid.load_session",
    "droid.execute_rewind",
    "droid.load_session",
    "droid.get_context_stats",
    "droid.update_session_settings",
    "droid.get_context_stats",
  ]);
  expect(fieldsOf(droid.written[1])["params"]).toMatchObject({
    sessionId: "old",
    messageId: "m2",
    filesToRestore: [],
    filesToDelete: [],
  });
  expect(thread.nativeId).toBe("new");
});
