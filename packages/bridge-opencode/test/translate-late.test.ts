import { expect, test } from "vitest";
import type { ThreadOp } from "@fairlead/bridge-core";
import type { Fields } from "@fairlead/bridge-core/parts";
import { Translator } from "../src/translate/translator.ts";
import { partId } from "../src/translate/messages.ts";

const session = "ses_1";
const prompt = "00000000-0000-7000-8000-000000000001";

/** A translator that was told these events. */
function told(
  translator: Translator,
  ...events: readonly (readonly [string, Fields])[]
): readonly ThreadOp[] {
  return events.flatMap(([type, properties]) => {
    return translator.translate({ type, properties: { sessionID: session, ...properties } }) ?? [];
  });
}

const idle = ["session.status", { status: { type: "idle" } }] as const;
const busy = ["session.status", { status: { type: "busy" } }] as const;
const aborted = { name: "MessageAbortedError", data: { message: "Aborted" } };

function user(id: string, part: string): readonly (readonly [string, Fields])[] {
  const text = { id: part, messageID: id, type: "text", text: "hello" };
  return [
    ["message.updated", { info: { id, role: "user" } }],
    ["message.part.updated", { part: text }],
  ];
}

function answer(id: string, parentID: string, more: Fields = {}): readonly [string, Fields] {
  return ["message.updated", { info: { id, parentID, role: "assistant", time: {}, ...more } }];
}

const over = { time: { completed: 2 } };

test("an abort says twice that the session is idle, and ends one turn", () => {
  const translator = new Translator({ session, cwd: "/", servers: new Map() });
  translator.turns.given(prompt, "new");
  const ops = told(translator, ...user("msg_1", partId(prompt, 0)), busy, answer("msg_2", "msg_1"));
  expect(ops.map(({ op }) => op)).toEqual(["alias"]);
  expect(told(translator, ["session.error", { error: aborted }], idle)).toEqual([]);
  const stopped = answer("msg_2", "msg_1", { ...over, error: aborted });
  expect(told(translator, stopped, idle)).toEqual([
    { op: "end", turn: prompt, status: "interrupted" },
  ]);
  expect(told(translator, idle, stopped)).toEqual([]);
});

test("an idle that comes before a steer's message does not end the turn", () => {
  const translator = new Translator({ session, cwd: "/", servers: new Map() });
  translator.turns.given(prompt, "new");
  const first = answer("msg_2", "msg_1", { ...over, finish: "stop" });
  told(translator, ...user("msg_1", partId(prompt, 0)), busy, first);
  const steer = "00000000-0000-7000-8000-000000000002";
  translator.turns.given(steer, "open");
  expect(told(translator, idle)).toEqual([]);
  const second = answer("msg_4", "msg_3", { ...over, finish: "stop" });
  expect(told(translator, ...user("msg_3", partId(steer, 0)), busy, second, idle)).toEqual([
    { op: "alias", id: steer, key: "msg_3" },
    { op: "end", turn: prompt, status: "completed" },
  ]);
});

test("what is said of a turn that is over belongs to no new one", () => {
  const translator = new Translator({ session, cwd: "/", servers: new Map() });
  const last = answer("msg_2", "msg_1", { ...over, finish: "stop" });
  const text = { id: "prt_9", messageID: "msg_2", type: "text", text: "late", time: { end: 1 } };
  told(translator, ...user("msg_1", "prt_1"), busy, last, idle);
  const late = told(
    translator,
    last,
    ["message.part.updated", { part: text }],
    ...user("msg_1", "prt_1"),
  );
  expect(late).toEqual([]);
  expect(translator.turns.open).toBeNull();
});

test("a turn whose answer is never completed ends with the second idle", () => {
  const translator = new Translator({ session, cwd: "/", servers: new Map() });
  told(translator, ...user("msg_1", "prt_1"), busy, answer("msg_2", "msg_1"));
  expect(told(translator, idle, idle)).toEqual([
    { op: "end", turn: "msg_1", status: "interrupted" },
  ]);
});

test("an idle that follows no work is none of the next turn's", () => {
  const translator = new Translator({ session, cwd: "/", servers: new Map() });
  translator.turns.given(prompt, "new");
  expect(told(translator, ...user("msg_1", partId(prompt, 0)), idle).map(({ op }) => op)).toEqual([
    "alias",
  ]);
  expect(told(translator, busy, idle)).toEqual([
    { op: "end", turn: prompt, status: "interrupted" },
  ]);
});

test("text that is told again after a loss goes on where it was", () => {
  const translator = new Translator({ session, cwd: "/", servers: new Map() });
  const part = { id: "prt_9", messageID: "msg_2", type: "text" };
  const text = (words: string, time: Fields = {}): readonly [string, Fields] => {
    return ["message.part.updated", { part: { ...part, text: words, time } }];
  };
  const delta = (words: string): readonly [string, Fields] => {
    return [
      "message.part.delta",
      { messageID: "msg_2", partID: "prt_9", field: "text", delta: words },
    ];
  };
  told(translator, ...user("msg_1", "prt_1"), busy, answer("msg_2", "msg_1"));
  const ops = told(
    translator,
    text(""),
    delta("a"),
    text("abc"),
    delta("d"),
    text("abcd", { end: 1 }),
  );
  const deltas = ops.flatMap((op) => (op.op === "text" ? [op.delta] : []));
  expect(deltas).toEqual(["a", "bc", "d"]);
});

test("sub-agents end with the turn that is stopped", () => {
  const translator = new Translator({ session, cwd: "/", servers: new Map() });
  const child = { sessionID: "ses_2" };
  const ops = told(
    translator,
    ...user("msg_1", "prt_1"),
    busy,
    answer("msg_2", "msg_1"),
    ["session.created", { ...child, info: { id: "ses_2", parentID: session } }],
    ["message.updated", { ...child, info: { id: "msg_3", role: "user" } }],
    ["message.updated", { ...child, info: { id: "msg_4", parentID: "msg_3", role: "assistant" } }],
    ["session.error", { error: aborted }],
    idle,
    idle,
  );
  expect(translator.owns("ses_2")).toBe(true);
  expect(ops.map(({ op, thread }) => `${op} ${thread ?? "root"}`)).toEqual([
    "begin root",
    "child root",
    "begin ses_2",
    "end ses_2",
    "end root",
  ]);
});

test("a question about a call that was never told shows what it asks for", () => {
  const translator = new Translator({ session, cwd: "/", servers: new Map() });
  const tool = { messageID: "msg_2", callID: "call_1" };
  const bash = { permission: "bash", patterns: ["ls"], metadata: { command: "ls -l" }, tool };
  const another = { messageID: "msg_2", callID: "call_2" };
  const hi = { metadata: { text: "hi" }, tool: another };
  const other = { permission: "lab_echo", patterns: ["*"], ...hi };
  const ops = told(
    translator,
    ["permission.asked", { id: "per_1", ...bash }],
    ["permission.asked", { id: "per_2", ...other }],
  );
  expect(ops).toMatchObject([
    { op: "open", key: "per_1", item: { type: "command", command: "ls -l" } },
    { op: "ask", id: "per_1", ask: { kind: "command", key: "per_1", scope: "bash ls -l" } },
    { op: "open", key: "per_2", item: { type: "tool", tool: "lab_echo" } },
    { op: "ask", id: "per_2", ask: { kind: "command", scope: null } },
  ]);
});

test("a call that is told after the question about it is the item that was shown", () => {
  const translator = new Translator({ session, cwd: "/", servers: new Map() });
  const call = { messageID: "msg_2", callID: "call_1" };
  const input = { filePath: "/new.txt", content: "x" };
  const edit = { permission: "edit", patterns: ["new.txt"], metadata: { filepath: "/new.txt" } };
  const part = { id: "prt_2", type: "tool", tool: "write", ...call };
  const refused = { status: "error", input, error: "The user rejected permission to use this." };
  const ops = told(
    translator,
    ...user("msg_1", "prt_1"),
    busy,
    answer("msg_2", "msg_1"),
    ["permission.asked", { id: "per_1", ...edit, tool: call }],
    ["message.part.updated", { part: { ...part, state: { status: "running", input } } }],
    ["message.part.updated", { part: { ...part, state: refused } }],
  );
  const keys = ops.flatMap((op) =>
    "key" in op && op.op !== "alias" ? [`${op.op} ${op.key}`] : [],
  );
  expect(keys).toEqual(["open per_1", "open per_1", "open per_1", "close per_1"]);
});

test("a retry that is told twice is one retry", () => {
  const translator = new Translator({ session, cwd: "/", servers: new Map() });
  const retry = [
    "session.status",
    { status: { type: "retry", attempt: 3, message: "Overloaded" } },
  ] as const;
  const ops = told(
    translator,
    ...user("msg_1", "prt_1"),
    busy,
    answer("msg_2", "msg_1"),
    retry,
    retry,
  );
  expect(ops.filter(({ op }) => op === "retry")).toEqual([
    { op: "retry", failure: { kind: "overloaded", message: "Overloaded" } },
  ]);
});

test("a kind of event that is unknown is told so", () => {
  const translator = new Translator({ session, cwd: "/", servers: new Map() });
  const told = (type: string): unknown =>
    translator.translate({ type, properties: { sessionID: session } });
  expect(told("session.dreamt")).toBeNull();
  expect(told("session.diff")).toEqual([]);
});
