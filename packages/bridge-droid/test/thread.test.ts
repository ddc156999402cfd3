import { fieldsOf } from "@fairlead/bridge-core/parts";
import { expect, test } from "vitest";
import {
  begin,
  call,
  folder,
  isAsk,
  isEnd,
  notification,
  openThread,
  over,
  respond,
  session,
  threadId,
  turnId,
  type OpenedThread,
} from "./open-thread.ts";

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

test("what a resumed session took before is none of its next turn's", async () => {
  const loaded = { ...session, tokenUsage: { inputTokens: 100 } };
  const from = { nativeId: threadId, fork: false, before: null };
  const files = { [`/home/user/.factory/sessions/-x/${threadId}.jsonl`]: "" };
  const answers = [loaded, { limit: 1 }];
  const opened = await openThread({ spec: { from }, answers, files });
  await begin(opened);
  opened.droid.emit(counted(130, null));
  const ops = await opened.until(isEnd);
  const told = ops.flatMap((op) => (op.op === "usage" ? [[op.last.input, op.session?.input]] : []));
  expect(told).toEqual([[30, 130]]);
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

test("what a sub-agent's session says of itself is not said of the thread", async () => {
  const opened = await openThread();
  await begin(opened);
  call(opened, "task", "Task", { prompt: "look" });
  await opened.until(isAsk);
  const available = { type: "child_session_available", childSessionId: "kid", toolUseId: "task" };
  const from = (fields: object) => ({
    ...notification({}),
    params: { sessionId: "kid", notification: fields },
  });
  const tokenUsage = { inputTokens: 7 };
  opened.droid.emit(
    notification(available),
    from({ type: "settings_updated", settings: { modelId: "custom:Mock-Chat-0" } }),
    from({ type: "session_title_updated", title: "Kid" }),
    {
      ...notification({}),
      params: {
        notification: { type: "session_token_usage_changed", sessionId: "kid", tokenUsage },
      },
    },
    over,
  );
  const ops = await opened.until((op) => isEnd(op) && op.thread === undefined);
  const own = ops.filter((op) => op.thread === undefined).map(({ op }) => op);
  expect(own).toEqual(["child", "end"]);
});
