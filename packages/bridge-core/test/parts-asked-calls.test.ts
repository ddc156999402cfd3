import { describe, expect, test } from "vitest";
import type { ThreadOp } from "../src/ops.ts";
import {
  BlockStream,
  callAsk,
  changesWithin,
  HookGate,
  mcpServerList,
  RequestAsks,
  saidSession,
  textOf,
  textsOf,
  type BlockTongue,
} from "../src/parts.ts";
import { fakeHost } from "../src/testing.ts";

const { signal } = new AbortController();

test("what files hold is read; one that is not there, or too long, is left out", async () => {
  const { files } = fakeHost({ files: { "/a": "one", "/long": "x".repeat(20) } });
  expect(await textsOf(files, ["/a", "/long", "/none"], 10)).toEqual({ "/a": "one" });
});

test("MCP servers, with variables as a list or as an object", () => {
  const servers = [
    { name: "one", command: "run", args: ["it"], env: { A: "b" } },
    { name: "two", url: "http://two", headers: { x: "y" } },
  ];
  const [list, object] = [mcpServerList(servers, "list"), mcpServerList(servers, "object")];
  expect(list[0]).toMatchObject({ command: "run", env: [{ name: "A", value: "b" }] });
  expect(object[0]).toMatchObject({ command: "run", env: { A: "b" } });
  expect(list[1]).toEqual({
    type: "http",
    name: "two",
    url: "http://two",
    headers: [{ name: "x", value: "y" }],
  });
});

describe("the question about a call", () => {
  const asked = (path: string, movedTo?: string) => {
    const moved = movedTo !== undefined && { movedTo };
    const changes = [{ path, kind: "update", diff: "", ...moved }] as const;
    const item = { type: "fileChange", changes } as const;
    return callAsk({
      key: "k",
      call: { name: "Edit", input: {}, item },
      inside: changesWithin("/w", item),
      reason: "why",
    });
  };

  test("says when files outside are reached, and covers each file, where it was and where it ends up", () => {
    expect(asked("/w/a", "/w/b")).toMatchObject({
      reason: "why",
      scope: ["changes of /w/a", "changes of /w/b"],
    });
    expect(asked("/w/a")).toMatchObject({ scope: "changes of /w/a" });
    const reason = "why\nIt reaches outside the working folder.";
    expect(asked("/w/a", "/b")).toMatchObject({ reason });
    expect(asked("/a", "/w/b")).toMatchObject({ reason });
  });

  test("covers a command in its folder only", () => {
    const run = (cwd: string | null) => {
      const item = { type: "command", command: "make clean", cwd } as const;
      return callAsk({
        key: "k",
        call: { name: "Run", input: {}, item },
        inside: true,
        reason: null,
      });
    };
    expect(run(null)).toMatchObject({ reason: null, scope: "Run make clean" });
    expect(run("/w/b")).toMatchObject({ scope: "Run make clean in /w/b" });
  });

  test("covers the very call; one without a reason is its own", () => {
    const item = { type: "tool", tool: "x", arguments: {} } as const;
    const call = { name: "x", input: { a: 1 }, item };
    expect(callAsk({ key: "k", call, inside: true, reason: null })).toEqual({
      kind: "command",
      key: "k",
      reason: 'x {"a":1}',
      scope: 'x {"a":1}',
    });
  });
});

test("a request that waits no more withdraws its question, and has no answer", async () => {
  const ops: ThreadOp[] = [];
  const asks = new RequestAsks((op) => ops.push(op));
  const ask = { kind: "command", key: "k", reason: null, scope: null } as const;
  const waiting = asks.waited("r", (over) => asks.ask("a", ask, over));
  asks.resolved("other");
  asks.resolved("r");
  expect(await waiting).toBeNull();
  expect(ops.map(({ op }) => op)).toEqual(["ask", "withdraw"]);
});

test.each([
  ["allow", { hookSpecificOutput: { permissionDecision: "allow" } }],
  ["deny", { hookSpecificOutput: { permissionDecision: "deny" } }],
  [null, {}],
] as const)("a hook is told %s", async (leave, told) => {
  const host = fakeHost();
  await using gate = new HookGate();
  const { url } = await gate.listen(host);
  gate.hold("other", { name: "b", input: { a: 1 } });
  gate.hold("k", { name: "a", input: { a: 1 } });
  gate.decide("k", leave);
  const body = JSON.stringify({ tool_name: "a", tool_input: { a: 1 } });
  const answer = await host.call(new Request(url, { method: "POST", body }));
  expect(await answer.json()).toMatchObject(told);
});

test("a session is what its first line and its first prompt tell; none without a prompt", async () => {
  const lines = [{ id: "s" }, { timestamp: "1970-01-01T00:00:01Z" }, { say: "hello" }];
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  const { files } = fakeHost({ files: { "/s.jsonl": text, "/e.jsonl": '{"id":"e"}\n' } });
  const read = (id: string, size: number) =>
    saidSession(
      files,
      { path: `/${id}.jsonl`, id, size, mtimeMs: 5000, stamp: "x" },
      {
        told: (start) => ({ nativeId: textOf(start["id"]), cwd: null, title: null }),
        promptOf: ({ say }) => (typeof say === "string" ? say : null),
        signal,
      },
    );
  expect(await read("s", text.length)).toMatchObject({
    nativeId: "s",
    preview: "hello",
    createdAtMs: 1000,
    updatedAtMs: 5000,
  });
  expect(await read("e", 11)).toBeNull();
});

describe("a conversation of messages of numbered blocks", () => {
  const tongue: BlockTongue = {
    item: (name, input, { before }) =>
      name === "run"
        ? { type: "command", command: textOf(input["command"]), cwd: null }
        : { type: "tool", tool: name, arguments: { before: Object.keys(before) } },
    changing: ({ input }) => [textOf(input["path"])].filter(Boolean),
    steps: () => null,
    refusal: /^no(, stop)?$/,
    ran: (output) => ({ output, exitCode: 0 }),
    changed: (changes) => changes,
  };

  class Spoken extends BlockStream {
    begin(): void {
      this.turns.given("t", "new");
      this.prompted("t", [{ type: "text", text: "go" }]);
    }
    call1(name: string, input: object, message = "m"): ThreadOp[] {
      return this.said(message, [{ type: "tool_use", id: "c", name, input }]);
    }
    over(content: string, failed: boolean): ThreadOp[] {
      return this.result("c", content, failed);
    }
  }

  const spoken = (when: "live" | "past"): Spoken => {
    const made = new Spoken(tongue, "/w", when);
    made.begin();
    return made;
  };

  test("a call is opened and closed once", () => {
    const live = spoken("live");
    expect(live.call1("run", { command: "ls" })).toMatchObject([{ op: "open", key: "c" }]);
    expect(live.call1("run", { command: "ls" })).toEqual([]);
    expect(live.over("a", false)).toMatchObject([
      { op: "close", status: "completed", output: "a" },
    ]);
    expect(live.over("a", false)).toEqual([]);
  });

  test("an id that names another call in another message is that of another item", () => {
    const live = spoken("live");
    live.call1("run", { command: "ls" });
    live.over("a", false);
    expect(live.call1("run", { command: "ls" })).toEqual([]);
    expect(live.call1("run", { command: "rm" }, "later")).toMatchObject([
      { op: "open", key: "c:2", item: { command: "rm" } },
    ]);
    expect(live.running("c")?.key).toBe("c:2");
    expect(live.over("b", false)).toMatchObject([{ op: "close", key: "c:2", output: "b" }]);
    live.end({ status: "completed" });
    expect(live.call1("run", {}, "next turn")).toMatchObject([
      { op: "begin" },
      { op: "open", key: "c" },
    ]);
  });

  test("which files have to be read before a call is told", () => {
    const live = spoken("live");
    const block = { type: "tool_use", id: "c", name: "write", input: { path: "/a" } };
    expect(live.changing([block, { type: "text", text: "x" }])).toEqual(["/a"]);
    live.before = { "/a": "held" };
    expect(live.call1("write", {})).toMatchObject([{ item: { arguments: { before: ["/a"] } } }]);
  });

  test.each([
    ["live", "no", "failed", "completed"],
    ["past", "no", "declined", "completed"],
    ["live", "no, stop", "failed", "interrupted"],
  ] as const)("%s, refused with %j: %s; the turn that was stopped is %s", (...row) => {
    const [when, words, status, ended] = row;
    const stream = spoken(when);
    stream.call1("run", {});
    stream.interrupted = true;
    expect(stream.over(words, true)).toEqual([{ op: "close", key: "c", status }]);
    expect(stream.end({ status: "completed" })).toEqual([{ op: "end", turn: "t", status: ended }]);
  });
});
