import type { NativeSession, ThreadOp } from "@fairlead/bridge-core";
import { fakeHost, type FakeHost } from "@fairlead/bridge-core/testing";
import { describe, expect, test } from "vitest";
import claude from "../src/index.ts";
import { compact } from "./fixture.ts";
import { folder, openThread, settings, signal, threadId } from "./open-thread.ts";

const projects = "/home/user/.claude/projects/-home-user-project";

function id(number: number): string {
  return `00000000-0000-7000-8000-${String(number).padStart(12, "0")}`;
}

/** The lines of a session file; each follows the one before unless it says otherwise. */
function session(...lines: readonly object[]): string {
  let parentUuid: string | null = null;
  const written = lines.map((line, index) => {
    const uuid = id(index + 1);
    const timestamp = new Date(Date.UTC(2026, 0, 1, 0, 0, index)).toISOString();
    const whole = { parentUuid, isSidechain: false, cwd: folder, uuid, timestamp, ...line };
    parentUuid = uuid;
    return JSON.stringify(whole);
  });
  return `${written.join("\n")}\n`;
}

const said = (content: unknown): object => ({ type: "user", message: { role: "user", content } });
const answer = (message: string, ...content: readonly object[]): object => ({
  type: "assistant",
  message: { id: message, role: "assistant", content },
});
const text = (words: string): object => ({ type: "text", text: words });
const call = (key: string, name: string, input: object): object => ({
  type: "tool_use",
  id: key,
  name,
  input,
});
const result = (key: string, content: string): object => ({
  type: "tool_result",
  tool_use_id: key,
  content,
});

async function read(host: FakeHost, after: string | null = null): Promise<readonly ThreadOp[]> {
  const ops: ThreadOp[] = [];
  const { sessions } = claude(host);
  for await (const op of sessions?.read(threadId, { after, signal }) ?? []) ops.push(op);
  return ops;
}

async function list(host: FakeHost, cwd: string | null): Promise<readonly NativeSession[]> {
  const found: NativeSession[] = [];
  for await (const one of claude(host).sessions?.list({ cwd, signal }) ?? []) found.push(one);
  return found;
}

function reading(lines: string, more: Readonly<Record<string, string>> = {}): FakeHost {
  return fakeHost({ files: { [`${projects}/${threadId}.jsonl`]: lines, ...more } });
}

/** Without times, which the order of lines gives. */
function shown(ops: readonly ThreadOp[]): string {
  return compact(ops.map(({ atMs: _atMs, ...op }) => op));
}

describe("reading", () => {
  test("turns have the user's uuid as key, items the keys they have live", async () => {
    const host = reading(
      session(
        { type: "queue-operation", operation: "enqueue" },
        said("say hello"),
        { type: "attachment", attachment: { type: "date" } },
        answer("m1", { type: "thinking", thinking: "hm" }),
        answer("m1", text("hello")),
        answer("m1", call("t1", "Bash", { command: "ls" })),
        { ...said([result("t1", "a.txt")]), toolUseResult: { stdout: "a.txt", stderr: "" } },
        answer("m2", text("done")),
      ),
    );
    const ops = await read(host);
    expect(shown(ops)).toMatchInlineSnapshot(`
      "begin {"turn":"00000000-0000-7000-8000-000000000002","input":[{"type":"text","text":"say hello","text_elements":[]}]}
      open {"key":"m1:reasoning:1","item":{"type":"reasoning"}}
      text m1:reasoning:1 "hm"
      close {"key":"m1:reasoning:1"}
      open {"key":"m1:message:1","item":{"type":"message"}}
      text m1:message:1 "hello"
      close {"key":"m1:message:1"}
      open {"key":"t1","item":{"type":"command","command":"ls","cwd":null}}
      close {"key":"t1","status":"completed","output":"a.txt","item":{"type":"command","exitCode":0}}
      open {"key":"m2:message:1","item":{"type":"message"}}
      text m2:message:1 "done"
      close {"key":"m2:message:1"}
      end {"turn":"00000000-0000-7000-8000-000000000002","status":"completed"}"
    `);
    expect(ops.map(({ atMs }) => atMs)).not.toContain(0);
  });

  test("what a rewound conversation left behind is not shown", async () => {
    const host = reading(
      session(
        said("one"),
        answer("m1", text("1")),
        said("two"),
        answer("m2", text("2")),
        { ...said("three"), parentUuid: id(2) },
        answer("m3", text("3")),
      ),
    );
    const begins = (await read(host)).filter(({ op }) => op === "begin");
    expect(begins).toMatchObject([{ turn: id(1) }, { turn: id(5) }]);
  });

  test("only the turns behind `after`", async () => {
    const lines = session(
      said("one"),
      answer("m1", text("1")),
      said("two"),
      answer("m2", text("2")),
    );
    const ops = await read(reading(lines), id(1));
    expect(ops.map(({ op }) => op)).toEqual(["begin", "open", "text", "close", "end"]);
  });

  test("steers, interruptions, errors, compactions and Claude's own turns", async () => {
    const steer = {
      type: "queued_command",
      commandMode: "prompt",
      source_uuid: "s1",
      prompt: "more",
    };
    const host = reading(
      session(
        said("one"),
        answer("m1", text("1")),
        { type: "attachment", attachment: steer },
        answer("m2", text("2")),
        { ...said("secret note"), isMeta: true },
        said("[Request interrupted by user]"),
        said("two"),
        { ...answer("m3", text("Prompt is too long")), error: "invalid_request" },
        { type: "system", subtype: "compact_boundary", compactMetadata: { trigger: "manual" } },
        { ...said("the summary"), isCompactSummary: true },
        said("<command-name>/compact</command-name>"),
        said("<command-name>/model</command-name><command-args>opus</command-args>"),
        said("<task-notification>done</task-notification>"),
        answer("m4", text("the task is done")),
      ),
    );
    expect(shown(await read(host))).toMatchInlineSnapshot(`
      "begin {"turn":"00000000-0000-7000-8000-000000000001","input":[{"type":"text","text":"one","text_elements":[]}]}
      open {"key":"m1:message:1","item":{"type":"message"}}
      text m1:message:1 "1"
      close {"key":"m1:message:1"}
      begin {"turn":"s1","input":[{"type":"text","text":"more","text_elements":[]}]}
      open {"key":"m2:message:1","item":{"type":"message"}}
      text m2:message:1 "2"
      close {"key":"m2:message:1"}
      end {"turn":"00000000-0000-7000-8000-000000000001","status":"interrupted"}
      begin {"turn":"00000000-0000-7000-8000-000000000007","input":[{"type":"text","text":"two","text_elements":[]}]}
      end {"turn":"00000000-0000-7000-8000-000000000007","status":"failed","failure":{"kind":"context-window","message":"Prompt is too long"}}
      begin {"turn":"00000000-0000-7000-8000-000000000009","input":[]}
      open {"key":"00000000-0000-7000-8000-000000000009","item":{"type":"compaction"}}
      close {"key":"00000000-0000-7000-8000-000000000009"}
      end {"turn":"00000000-0000-7000-8000-000000000009","status":"completed"}
      begin {"turn":"m4","input":[]}
      open {"key":"m4:message:1","item":{"type":"message"}}
      text m4:message:1 "the task is done"
      close {"key":"m4:message:1"}
      end {"turn":"m4","status":"completed"}"
    `);
  });

  test("a sub-agent has its thread under the call that started it", async () => {
    const agent = {
      [`${projects}/${threadId}/subagents/agent-a1.jsonl`]: session(
        { ...said("look"), isSidechain: true },
        { ...answer("m9", text("found")), isSidechain: true },
      ),
    };
    const host = reading(
      session(said("go"), answer("m1", call("t1", "Agent", { prompt: "look" })), {
        ...said([result("t1", "found")]),
        toolUseResult: { agentId: "a1" },
      }),
      agent,
    );
    expect(shown(await read(host))).toMatchInlineSnapshot(`
      "begin {"turn":"00000000-0000-7000-8000-000000000001","input":[{"type":"text","text":"go","text_elements":[]}]}
      open {"key":"t1","item":{"type":"subagent","prompt":"look"}}
      child {"key":"t1","item":"t1","nativeId":"a1","title":null}
      [t1] begin {"turn":"t1","input":[{"type":"text","text":"look","text_elements":[]}]}
      [t1] open {"key":"m9:message:1","item":{"type":"message"}}
      [t1] text m9:message:1 "found"
      [t1] close {"key":"m9:message:1"}
      [t1] end {"turn":"t1","status":"completed"}
      close {"key":"t1","status":"completed"}
      end {"turn":"00000000-0000-7000-8000-000000000001","status":"completed"}"
    `);
  });

  test("a session that is not there is named", async () => {
    await expect(read(fakeHost())).rejects.toThrow(`Claude has no session ${threadId}`);
  });
});

describe("listing", () => {
  const files = {
    [`${projects}/${id(1)}.jsonl`]: session(said("old\nsecond line"), answer("m", text("x"))),
    [`${projects}/${id(2)}.jsonl`]: session({ type: "mode" }),
    "/home/user/.claude/projects/-elsewhere/notes.jsonl": session(said("no session")),
    [`/home/user/.claude/projects/-elsewhere/${id(3)}.jsonl`]: session(
      { ...said("newer"), cwd: "/elsewhere" },
      { type: "ai-title", aiTitle: "Machine's" },
      { type: "custom-title", customTitle: "Mine" },
    ),
  };

  test("newest first, with title and preview; what was never prompted is left out", async () => {
    const found = await list(fakeHost({ files }), null);
    expect(found).toMatchObject([
      { nativeId: id(3), cwd: "/elsewhere", title: "Mine", preview: "newer" },
      { nativeId: id(1), cwd: folder, title: null, preview: "old", busyElsewhere: false },
    ]);
    expect(found[1]?.createdAtMs).toBe(Date.UTC(2026, 0, 1));
  });

  test("of one folder", async () => {
    const found = await list(fakeHost({ files }), folder);
    expect(found.map(({ nativeId }) => nativeId)).toEqual([id(1)]);
  });

  test("what has not changed since is not opened again", async () => {
    const host = fakeHost({ files });
    const opened: string[] = [];
    const open = host.files.read.bind(host.files);
    host.files.read = (path, options) => {
      opened.push(path);
      return open(path, options);
    };
    const { sessions } = claude(host);
    const titles = async (): Promise<unknown[]> => {
      opened.length = 0;
      const found: unknown[] = [];
      for await (const { title } of sessions?.list({ cwd: null, signal }) ?? []) found.push(title);
      return found;
    };
    expect(await titles()).toEqual(["Mine", null]);
    expect(new Set(opened).size).toBe(3);
    expect(await titles()).toEqual(["Mine", null]);
    expect(opened).toEqual([]);
    const changed = `${projects}/${id(1)}.jsonl`;
    const title = JSON.stringify({ type: "custom-title", customTitle: "Renamed" });
    host.setFile(changed, `${files[changed]}${title}\n`);
    expect(await titles()).toEqual(["Mine", "Renamed"]);
    expect(new Set(opened)).toEqual(new Set([changed]));
  });

  const record = JSON.stringify({ pid: 4711, sessionId: id(1) });
  const open = { ...files, "/home/user/.claude/sessions/4711.json": record };

  test.each([
    ["a living process has it open", "4711", true],
    ["a killed process left its record", "", false],
  ])("%s", async (_, printed, busyElsewhere) => {
    const host = fakeHost({
      files: open,
      onSpawn: (ps) => {
        if (printed !== "") ps.emitText(` ${printed}`);
        ps.exit();
      },
    });
    expect((await list(host, folder))[0]?.busyElsewhere).toBe(busyElsewhere);
  });

  test("such a session is not resumed", async () => {
    const onSpawn: NonNullable<Parameters<typeof fakeHost>[0]>["onSpawn"] = (ps) => {
      ps.emitText("4711");
      ps.exit();
    };
    const host = fakeHost({ files: open, onSpawn });
    const from = { nativeId: id(1), fork: false, before: null };
    const spec = { threadId, cwd: folder, settings, instructions: null, mcpServers: [], from };
    await expect(claude(host).openThread(spec, { signal })).rejects.toMatchObject({
      kind: "busy-elsewhere",
    });
  });
});

describe("going on from a session", () => {
  const lines = session(said("one"), answer("m1", text("1")), said("two"), answer("m2", text("2")));
  const source = id(9);
  const files = { [`${projects}/${source}.jsonl`]: lines };

  async function argsFrom(
    from: { readonly fork: boolean; readonly before: string | null },
    more: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const spec = { from: { nativeId: source, ...from } };
    const opened = await openThread(spec, { files: { ...files, ...more } });
    return opened.claude.spec.args.join(" ").replace(/^.*--permission-mode default ?/, "");
  }

  test.each([
    ["resume", { fork: false, before: null }, `--resume ${source}`],
    [
      "fork at the end",
      { fork: true, before: null },
      `--resume ${source} --fork-session --session-id ${threadId}`,
    ],
    [
      "fork before a turn",
      { fork: true, before: id(3) },
      `--resume ${source} --fork-session --resume-session-at ${id(2)} --session-id ${threadId}`,
    ],
    ["fork before the first turn", { fork: true, before: id(1) }, `--session-id ${threadId}`],
  ])("%s", async (_, from, args) => {
    expect(await argsFrom(from)).toBe(args);
  });

  test("a rollback leaves the choice of a new id to Claude", async () => {
    const own = { [`${projects}/${threadId}.jsonl`]: lines };
    expect(await argsFrom({ fork: true, before: id(3) }, own)).toBe(
      `--resume ${source} --fork-session --resume-session-at ${id(2)}`,
    );
  });
});
