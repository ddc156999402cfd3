import type { NativeSession, OpenThread, ThreadOp } from "@fairlead/bridge-core";
import { fieldsOf } from "@fairlead/bridge-core/parts";
import type { FakeHost, FakeProcess } from "@fairlead/bridge-core/testing";
import { expect, test } from "vitest";
import pi from "../src/index.ts";
import {
  compact,
  fixture,
  folder,
  hostOf,
  isEnd,
  nextPi,
  recorded,
  respond,
  settings,
  signal,
  threadId,
} from "./open-thread.ts";

const sessionsRoot = "/home/user/.pi/agent/sessions";
const own = `${sessionsRoot}/--home-user-project--`;
const fileOf = (id: string): string => `${own}/2026-01-01T00-00-00-000Z_${id}.jsonl`;

/** Lines of a session file. */
function session(id: string, entries: readonly object[], cwd = folder): string {
  const header = { type: "session", version: 3, id, timestamp: "2026-01-01T00:00:00.000Z", cwd };
  return [header, ...entries].map((entry) => `${JSON.stringify(entry)}\n`).join("");
}

/** Messages behind one another, from `root`; their ids are their timestamps. */
function chain(
  messages: readonly [number, string, unknown][],
  root: string | null = null,
): object[] {
  let parentId = root;
  return messages.map(([timestamp, role, content]) => {
    const entry = {
      type: "message",
      id: `e${timestamp}`,
      parentId,
      timestamp: new Date(timestamp),
    };
    parentId = entry.id;
    const more = role === "assistant" ? { stopReason: "stop" } : {};
    return { ...entry, message: { role, content, timestamp, ...more } };
  });
}

const text = (words: string) => [{ type: "text", text: words }];
const two = chain([
  [1, "user", "first\nline"],
  [2, "assistant", text("one")],
  [3, "user", text("second")],
  [4, "assistant", text("two")],
]);

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const list = async (host: FakeHost, cwd: string | null = null): Promise<NativeSession[]> =>
  all(pi(host).sessions?.list({ cwd, signal }) ?? fail());
const read = async (host: FakeHost, id: string, after: string | null = null): Promise<ThreadOp[]> =>
  all(pi(host).sessions?.read(id, { after, signal }) ?? fail());

function fail(): never {
  throw new Error("no sessions");
}

test("sessions are listed newest first, with name, preview and folder, and no process", async () => {
  const named = { type: "session_info", id: "n", parentId: "e4", name: "My session" };
  const host = hostOf("1.5.2", {
    files: {
      [fileOf("old")]: session("old", two),
      [fileOf("new")]: session("new", [...two, named]),
      [fileOf("empty")]: session("empty", []),
      [`${sessionsRoot}/--elsewhere--/2026_other.jsonl`]: session("other", two, "/elsewhere"),
      [`${own}/notes.txt`]: "no session",
    },
  });
  const found = await list(host, folder);
  expect(found.map(({ nativeId, title, preview }) => [nativeId, title, preview])).toEqual([
    ["new", "My session", "first"],
    ["old", null, "first"],
  ]);
  expect(found[0]).toMatchObject({
    cwd: folder,
    createdAtMs: Date.parse("2026-01-01"),
    archived: false,
  });
  expect((await list(host)).map(({ nativeId }) => nativeId)).toEqual(["other", "new", "old"]);
  expect(host.processes).toEqual([]);
});

test.each([
  [{ PI_CODING_AGENT_DIR: "~/pi" }, "/home/user/pi/sessions/--x--/2026_a.jsonl"],
  [{ PI_CODING_AGENT_SESSION_DIR: "/s" }, "/s/2026_a.jsonl"],
  [{}, "/kept/2026_a.jsonl"],
])("sessions are found where Pi is told to keep them: %j", async (environment, path) => {
  const settingsFile = path.startsWith("/kept") ? { sessionDir: "/kept" } : {};
  const host = hostOf("1.5.2", {
    environment: { HOME: "/home/user", ...environment },
    files: {
      "/home/user/.pi/agent/settings.json": JSON.stringify(settingsFile),
      [path]: session("a", two),
    },
  });
  expect((await list(host)).map(({ nativeId }) => nativeId)).toEqual(["a"]);
});

test.each(["tools", "steer", "decline", "compact"])(
  "%s: ids on disk are those seen live",
  async (name) => {
    const { entries } = recorded(name);
    const live = entries.flatMap(({ frame }) => {
      const { type, message, toolCallId, assistantMessageEvent } = fieldsOf(frame);
      const { role, timestamp } = fieldsOf(message);
      const { type: step } = fieldsOf(assistantMessageEvent);
      if (type === "message_start" && role === "user") return [`user:${String(timestamp)}`];
      if (type === "tool_execution_start") return [String(toolCallId)];
      return step === "text_start" ? ["text"] : [];
    });
    const files = { [fileOf("a")]: fixture(`${name}.session.jsonl`) };
    const ops = await read(hostOf("1.5.2", { files }), "a");
    const stored = ops.flatMap((op) => {
      if (op.op === "begin") return op.turn.startsWith("user:") ? [op.turn] : [];
      if (op.op !== "open" || op.item.type === "compaction") return [];
      return [op.item.type === "message" ? "text" : op.key];
    });
    // What ran at once is stored in the order it was called.
    expect(stored.toSorted()).toEqual(live.toSorted());
    expect(ops.every(({ atMs }) => typeof atMs === "number" && atMs > 0)).toBe(true);
  },
);

test("turns are read with what tools did, and how they ended", async () => {
  const files = { [fileOf("a")]: fixture("tools.session.jsonl") };
  const host = hostOf("1.5.2", { files });
  const ops = await read(host, "a");
  const [first, second] = ops.filter(({ op }) => op === "begin");
  expect(compact(ops.slice(0, ops.findIndex(isEnd) + 1))).toMatchInlineSnapshot(`
    "begin {"turn":"user:#1","input":[{"type":"text","text":"run: echo hi; exit 3 ;; write: a.txt = one\\\\ntwo\\\\n ;; edit: a.txt = one => ONE ;; write: a.txt = three\\\\n ;; tool: read {\\"path\\":\\"a.txt\\"} ;; say: done","text_elements":[]}]}
    open {"key":"#2","item":{"type":"command","command":"echo hi; exit 3","cwd":null}}
    close {"key":"#2","status":"failed","output":"hi\\n","item":{"type":"command","exitCode":3}}
    open {"key":"#3","item":{"type":"fileChange","changes":[{"path":"/home/user/project/a.txt","kind":"add","diff":"one\\ntwo\\n"}]}}
    close {"key":"#3","status":"completed"}
    open {"key":"#4","item":{"type":"fileChange","changes":[{"path":"/home/user/project/a.txt","kind":"update","diff":"@@ -1,1 +1,1 @@\\n-one\\n+ONE\\n"}]}}
    close {"key":"#4","status":"completed","item":{"type":"fileChange","changes":[{"path":"/home/user/project/a.txt","kind":"update","diff":"@@ -1,2 +1,2 @@\\n-one\\n+ONE\\n two\\n"}]}}
    open {"key":"#5","item":{"type":"fileChange","changes":[{"path":"/home/user/project/a.txt","kind":"add","diff":"three\\n"}]}}
    close {"key":"#5","status":"completed"}
    open {"key":"#6","item":{"type":"command","command":"cat a.txt","cwd":null,"actions":[{"type":"read","command":"cat a.txt","name":"a.txt","path":"a.txt"}]}}
    close {"key":"#6","status":"completed","output":"three\\n","item":{"type":"command","exitCode":0}}
    open {"key":"assistant:#7:0","item":{"type":"message"}}
    text assistant:#7:0 "done"
    close {"key":"assistant:#7:0"}
    end {"turn":"user:#1","status":"completed"}"
  `);
  if (first?.op !== "begin" || second?.op !== "begin") throw new Error("no turns");
  const later = await read(host, "a", first.turn);
  expect(later[0]).toMatchObject({ op: "begin", turn: second.turn });
  expect(await read(host, "a", second.turn)).toEqual([]);
});

test("a steer lies within its turn, a call that was declined is shown as such", async () => {
  const files = {
    [fileOf("s")]: fixture("steer.session.jsonl"),
    [fileOf("d")]: fixture("decline.session.jsonl"),
  };
  const host = hostOf("1.5.2", { files });
  const steered = await read(host, "s");
  expect(steered.filter(({ op }) => op === "begin" || op === "end").map(({ op }) => op)).toEqual([
    "begin",
    "begin",
    "end",
  ]);
  const steer = steered.findLast(({ op }) => op === "begin");
  expect(steer?.op === "begin" ? await read(host, "s", steer.turn) : null).toEqual([]);
  expect(compact(await read(host, "d"))).toContain('close {"key":"#2","status":"declined"}');
});

test("only the branch that is in use is read", async () => {
  const left = chain(
    [
      [3, "user", "left behind"],
      [4, "assistant", text("no")],
    ],
    "e2",
  );
  const kept = chain(
    [
      [5, "user", "instead"],
      [6, "assistant", text("yes")],
    ],
    "e2",
  );
  const files = { [fileOf("a")]: session("a", [...two.slice(0, 2), ...left, ...kept]) };
  const ops = await read(hostOf("1.5.2", { files }), "a");
  expect(ops.flatMap((op) => (op.op === "begin" ? [op.turn] : []))).toEqual(["user:1", "user:5"]);
});

test("a command of the user's own, a failure and an interrupt are told as such", async () => {
  const entries = chain([
    [1, "bashExecution", ""],
    [2, "user", "a"],
    [3, "assistant", []],
    [4, "user", "b"],
    [5, "assistant", []],
  ]).map((entry, at) => {
    const message = fieldsOf(fieldsOf(entry)["message"]);
    const shell = { command: "ls", output: "x\n", exitCode: 0 };
    const ends = [
      shell,
      {},
      { stopReason: "error", errorMessage: "429: slow" },
      {},
      { stopReason: "aborted" },
    ];
    return { ...entry, message: { ...message, ...ends[at] } };
  });
  const files = { [fileOf("a")]: session("a", entries) };
  const ops = await read(hostOf("1.5.2", { files }), "a");
  expect(ops[1]).toMatchObject({ item: { type: "command", command: "ls", source: "userShell" } });
  expect(ops.filter(isEnd)).toMatchObject([
    { status: "completed" },
    { status: "failed", failure: { kind: "rate-limit", httpStatus: 429 } },
    { status: "interrupted" },
  ]);
});

test("a session that is not there is not found", async () => {
  await expect(read(hostOf("1.5.2"), "x")).rejects.toMatchObject({ kind: "not-found" });
});

/** Opens a thread on stored sessions; resolves with its Pi, which has told its state. */
async function opening(
  from: NonNullable<OpenThread["from"]>,
  more: {
    readonly files?: Record<string, string>;
    readonly cwd?: string;
    readonly version?: string;
  } = {},
): Promise<FakeProcess> {
  const { files = { [fileOf("a")]: session("a", two) }, cwd = folder, version = "1.5.2" } = more;
  const host = hostOf(version, { files });
  const spec = { threadId, cwd, settings, instructions: null, mcpServers: [], from };
  const opened = pi(host).openThread(spec, { signal });
  const started = await Promise.race([nextPi(host), opened.then(() => fail())]);
  respond(started, await started.nextWrite(), { sessionId: "s" });
  if (!started.spec.args.includes("--session-id")) respond(started, await started.nextWrite());
  return started;
}

const last = ({ spec }: FakeProcess): readonly string[] => spec.args.slice(4);

test("a session is resumed from its file; in another folder goes a copy of it", async () => {
  const from = { nativeId: "a", fork: false, before: null };
  expect(last(await opening(from))).toEqual(["--session", fileOf("a")]);
  const elsewhere = await opening(from, { cwd: "/elsewhere" });
  expect(last(elsewhere)).toEqual(["--fork", fileOf("a"), "--session-id", threadId]);
});

test("a fork gets the thread's id, or the next one where an earlier life has it", async () => {
  const from = { nativeId: "a", fork: true, before: null };
  const taken = { [fileOf("a")]: session("a", two), [fileOf(threadId)]: session(threadId, two) };
  expect(last(await opening(from))).toEqual(["--fork", fileOf("a"), "--session-id", threadId]);
  const second = await opening(from, { files: taken });
  expect(last(second)).toEqual(["--fork", fileOf("a"), "--session-id", `${threadId}.2`]);
  expect(last(await opening(from, { version: "0.73.1" }))).toEqual(["--fork", fileOf("a")]);
});

test("a fork before a turn reads the session and leaves it; before the first, it is a new one", async () => {
  const later = await opening({ nativeId: "a", fork: true, before: "user:3" });
  expect(last(later)).toEqual(["--session", fileOf("a")]);
  expect(fieldsOf(await later.nextWrite())).toMatchObject({ type: "fork", entryId: "e3" });
  const first = await opening({ nativeId: "a", fork: true, before: "user:1" });
  expect(last(first)).toEqual(["--session-id", threadId]);
});

test("a thread that nothing was said in is opened anew, a lost one is not found", async () => {
  const unsaid = await opening({ nativeId: `${threadId}.2`, fork: false, before: null });
  expect(last(unsaid)).toEqual(["--session-id", `${threadId}.2`]);
  const lost = opening({ nativeId: "gone", fork: false, before: null });
  await expect(lost).rejects.toMatchObject({ kind: "not-found" });
  const unknown = opening({ nativeId: "a", fork: true, before: "user:9" });
  await expect(unknown).rejects.toThrow("user:9 is none in session a");
});

test("a stored session is named by a Pi that is started for it and ended", async () => {
  const host = hostOf("1.5.2", { files: { [fileOf("a")]: session("a", two) } });
  const renamed = pi(host).sessions?.rename?.("a", "Title");
  const started = await nextPi(host);
  respond(started, await started.nextWrite());
  const command = await started.nextWrite();
  expect(command).toMatchObject({ type: "set_session_name", name: "Title" });
  respond(started, command);
  await renamed;
  expect([last(started), started.disposed]).toEqual([["--session", fileOf("a")], true]);
});

test("models with their efforts and commands come from a Pi that keeps no session", async () => {
  const host = hostOf("1.5.2");
  const models = pi(host).listModels?.({ cwd: folder, signal });
  const asked = await nextPi(host);
  expect(last(asked)).toEqual(["--no-session"]);
  const model = { provider: "p", id: "m", name: "M", reasoning: true };
  respond(asked, await asked.nextWrite(), { model, thinkingLevel: "medium" });
  const map = { minimal: null, xhigh: "xhigh" };
  const plain = { provider: "p", id: "n", name: "", reasoning: false };
  const offered = [{ ...model, thinkingLevelMap: map }, plain];
  respond(asked, await asked.nextWrite(), { models: offered });
  expect(await models).toEqual([
    {
      id: "p/m",
      label: "M",
      efforts: ["none", "low", "medium", "high", "xhigh"],
      defaultEffort: "medium",
      default: true,
    },
    { id: "p/n", label: "p/n", efforts: [], defaultEffort: null, default: false },
  ]);
  const commands = pi(host).listCommands?.({ cwd: folder, signal });
  const other = await nextPi(host);
  respond(other, await other.nextWrite());
  const skill = { name: "skill:s", description: "S", source: "skill", sourceInfo: { path: "/s" } };
  const told = [skill, { name: "mcp", source: "extension", sourceInfo: { path: "builtin:mcp" } }];
  respond(other, await other.nextWrite(), { commands: told });
  expect(await commands).toEqual([
    { kind: "skill", name: "skill:s", description: "S", path: "/s" },
    { kind: "command", name: "mcp", description: "", path: null },
  ]);
});
