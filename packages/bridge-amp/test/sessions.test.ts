import type { ThreadOp } from "@fairlead/bridge-core";
import { expect, test } from "vitest";
import amp from "../src/index.ts";
import { hostOf, loggedIn, session, signal } from "./open-thread.ts";

const exported = {
  id: session,
  title: "A title",
  created: 1000,
  env: { initial: { trees: [{ uri: "file:///w" }] } },
  messages: [
    {
      role: "user",
      messageId: "M-1",
      meta: { sentAt: 2000 },
      content: [{ type: "text", text: "go" }],
    },
    {
      role: "assistant",
      messageId: "M-2",
      state: { type: "complete", stopReason: "tool_use" },
      content: [
        { type: "thinking", thinking: "hm" },
        { type: "tool_use", id: "t1", name: "shell_command", input: { command: "ls" } },
      ],
    },
    {
      role: "user",
      messageId: "M-3",
      content: [
        {
          type: "tool_result",
          toolUseID: "t1",
          run: { status: "done", result: { output: "a\n", exitCode: 0 } },
        },
      ],
    },
    {
      role: "assistant",
      messageId: "M-4",
      state: { type: "complete", stopReason: "end_turn" },
      content: [{ type: "text", text: "done" }],
    },
    {
      role: "user",
      messageId: 5,
      meta: { sentAt: 9000 },
      content: [{ type: "text", text: "more" }],
    },
    {
      role: "assistant",
      state: { type: "cancelled" },
      content: [{ type: "text", text: "cut" }],
    },
  ],
};

/** A bridge whose `amp` prints this. */
function bridgeOf(
  printed: string,
  environment: Readonly<Record<string, string>> = loggedIn,
  stderr = "",
) {
  const host = hostOf({
    environment,
    onSpawn: (process) => {
      for (const line of printed.split("\n")) process.emitText(line);
      process.exit({ stderr });
    },
  });
  const { sessions } = amp(host);
  if (sessions === undefined) throw new Error("it keeps no sessions");
  return { host, sessions };
}

async function all<T>(from: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const one of from) found.push(one);
  return found;
}

const told = (ops: readonly ThreadOp[]): readonly string[] =>
  ops.map((op) => `${op.op} ${"key" in op ? op.key : "turn" in op ? op.turn : ""}`.trim());

test("an exported thread is its turns, by the ids of the user's messages", async () => {
  const { host, sessions } = bridgeOf(JSON.stringify(exported));
  const ops = await all(sessions.read(session, { after: null, signal }));
  expect(host.processes[0]?.spec.args).toEqual(["threads", "export", session]);
  expect(told(ops)).toEqual([
    ...["begin M-1", "open past-2:0", "text past-2:0", "close past-2:0", "open t1", "close t1"],
    ...["open past-4:0", "text past-4:0", "close past-4:0", "end M-1"],
    ...["begin 5", "open past-6:0", "text past-6:0", "close past-6:0", "end 5"],
  ]);
  expect(ops[0]).toMatchObject({ atMs: 2000, input: [{ type: "text", text: "go" }] });
  expect(ops[5]).toMatchObject({ output: "a\n", item: { exitCode: 0 } });
});

test("a turn behind another one is read alone", async () => {
  const { sessions } = bridgeOf(JSON.stringify(exported));
  const ops = await all(sessions.read(session, { after: "M-1", signal }));
  expect(told(ops)[0]).toBe("begin 5");
});

test("the list is Amp's, with title, folder and times", async () => {
  const row = {
    id: session,
    title: "A title",
    updatedAt: "2026-11-01T00:00:00.000Z",
    created: 1000,
    messageCount: 4,
    env: exported.env,
    archived: true,
  };
  const { host, sessions } = bridgeOf(JSON.stringify([row]));
  expect(await all(sessions.list({ cwd: "/w", signal }))).toEqual([
    {
      nativeId: session,
      parentNativeId: null,
      cwd: "/w",
      title: "A title",
      preview: "A title",
      createdAtMs: 1000,
      updatedAtMs: Date.parse("2026-11-01T00:00:00.000Z"),
      stamp: "1793491200000:4",
      archived: true,
      busyElsewhere: false,
    },
  ]);
  expect(host.processes[0]?.spec.args.slice(0, 3)).toEqual(["threads", "list", "--json"]);
  expect(await all(sessions.list({ cwd: "/elsewhere", signal }))).toEqual([]);
});

test("without a login nothing is started, and nothing is listed", async () => {
  const { host, sessions } = bridgeOf("[]", { HOME: "/home/user" });
  expect(await all(sessions.list({ cwd: null, signal }))).toEqual([]);
  expect(await all(sessions.read(session, { after: null, signal }))).toEqual([]);
  expect(host.processes).toEqual([]);
});

test("renaming and deleting are Amp's; its refusal is told", async () => {
  const good = bridgeOf("Renamed");
  await good.sessions.rename?.(session, "--New");
  await good.sessions.delete?.(session);
  expect(good.host.processes.map(({ spec }) => spec.args.slice(1))).toEqual([
    ["rename", "--", session, "--New"],
    ["delete", "--", session],
  ]);
  const bad = bridgeOf("Error: Cannot reach Amp servers. Are you offline?");
  await expect(bad.sessions.rename?.(session, "New")).rejects.toMatchObject({
    kind: "connection",
  });
});

test("a folder on another machine, a row without an id and a page that comes again do no harm", async () => {
  const row = { tree: "file://elsewhere/w" };
  const rows = Array.from({ length: 100 }, (_, n) => (n === 0 ? {} : { ...row, id: `T-${n}` }));
  const { host, sessions } = bridgeOf(JSON.stringify(rows));
  const found = await all(sessions.list({ cwd: null, signal }));
  expect(found).toHaveLength(99);
  expect(found[0]).toMatchObject({ nativeId: "T-1", cwd: null });
  expect(host.processes).toHaveLength(2);
});

test("what Amp says beside a list is not part of it", async () => {
  const { sessions } = bridgeOf(
    JSON.stringify([{ id: session }]),
    loggedIn,
    "A new version is out",
  );
  expect(await all(sessions.list({ cwd: null, signal }))).toHaveLength(1);
});

test("a record that cannot be had is no empty one: Amp's reason is told", async () => {
  const words =
    "Error: Failed to export thread: Unable to connect. Is the computer able to access?";
  const { sessions } = bridgeOf("", loggedIn, words);
  await expect(all(sessions.read(session, { after: null, signal }))).rejects.toMatchObject({
    kind: "connection",
  });
  const list = bridgeOf("", loggedIn, "Error: Cannot reach Amp servers. Are you offline?");
  expect(await all(list.sessions.list({ cwd: null, signal }))).toEqual([]);
});

test.each(["rejected-by-user", "cancelled", "error", "in-progress", "blocked-on-user"])(
  "a call of the past that is %s is not shown as done",
  async (status) => {
    const [go, uses] = exported.messages;
    const run = { status, reason: "no" };
    const content = [{ type: "tool_result", toolUseID: "t1", run }];
    const messages = [go, uses, { role: "user", messageId: "M-3", content }];
    const { sessions } = bridgeOf(JSON.stringify({ ...exported, messages }));
    const ops = await all(sessions.read(session, { after: null, signal }));
    expect(ops.filter((op) => op.op === "close" && op.key === "t1")).toMatchObject([
      { status: "failed" },
    ]);
  },
);
