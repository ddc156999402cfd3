import { expect, test } from "vitest";
import type { ThreadOp } from "../src/index.ts";
import {
  CallStream,
  JsonRpcProgram,
  orDisposed,
  printedFrames,
  WaitingAsks,
} from "../src/parts.ts";
import { fakeHost } from "../src/testing.ts";

const spec = { file: "agent", args: [], cwd: "/" };

test("calls, texts and sub-agents of one stream", () => {
  const stream = new CallStream<string>();
  stream.turns.given("turn", "new");
  const item = { type: "tool", tool: "any", arguments: {} } as const;
  const ops = [
    stream.text("message", "words"),
    stream.open("a", { call: "A", item, session: "" }).ops,
    stream.child("child", "a", "goal"),
    stream.child("child", "a", "goal"),
    stream.open("b", { call: "B", item, session: "child" }).ops,
    stream.close("b", { status: "completed" }),
    stream.close("b", { status: "completed" }),
    stream.whole("message", "whole", "words"),
    stream.whole("reasoning", "thought", "thoughts"),
  ];
  expect(ops.flat().map(short)).toEqual([
    "open text-1",
    "text text-1",
    "close text-1",
    "open a",
    "child child",
    "begin in child",
    "open b in child",
    "close b in child",
    "open thought",
    "text thought",
    "close thought",
  ]);
  stream.outcome = { status: "interrupted" };
  expect(stream.end("stored")).toEqual([
    { op: "end", turn: "child", thread: "child", status: "interrupted" },
    { op: "alias", id: "turn", key: "stored" },
    { op: "end", turn: "turn", status: "interrupted" },
  ]);
  expect(stream.calls.size).toBe(0);
});

function short(op: ThreadOp): string {
  const words = [op.op, "key" in op ? op.key : null, "thread" in op ? `in ${op.thread}` : null];
  return words.filter((word) => word !== null).join(" ");
}

test("what a failed sub-agent says last is why", () => {
  const stream = new CallStream<string>();
  stream.child("child", null, "goal");
  expect(stream.childEnd("child", "error", "no way").at(-1)).toEqual({
    op: "end",
    turn: "child",
    thread: "child",
    status: "failed",
    failure: { kind: "other", message: "no way" },
  });
  expect(stream.childEnd("child", "completed", "")).toEqual([]);
});

test("a program that speaks JSON-RPC is asked, told and answered", async () => {
  const host = fakeHost();
  const frames: unknown[] = [];
  const agent = {
    name: "Agent",
    notInstalled: "install it",
    refusals: [["not-found", /unknown/]],
  } as const;
  const sink = { frame: (frame: unknown) => frames.push(frame), ended: () => {} };
  await using program = new JsonRpcProgram(host, spec, agent, sink);
  const process = await host.nextProcess();
  const asked = program.request("open", { a: 1 });
  expect(await process.nextWrite()).toEqual({
    jsonrpc: "2.0",
    id: "fairlead-1",
    method: "open",
    params: { a: 1 },
  });
  process.emit({ jsonrpc: "2.0", id: "fairlead-1", result: { b: 2 } });
  expect(await asked).toEqual({ b: 2 });
  const refused = program.request("read", {});
  await process.nextWrite();
  process.emit({ jsonrpc: "2.0", id: 7, method: "ask", params: {} });
  process.emit({ jsonrpc: "2.0", id: "fairlead-2", error: { code: 1, message: "unknown one" } });
  await expect(refused).rejects.toMatchObject({
    kind: "not-found",
    message: "Agent refused: unknown one",
  });
  expect(frames).toEqual([{ jsonrpc: "2.0", id: 7, method: "ask", params: {} }]);
  await program.reply(7, { yes: true });
  expect(await process.nextWrite()).toEqual({ jsonrpc: "2.0", id: 7, result: { yes: true } });
  await program.notify("cancel", {});
  expect(await process.nextWrite()).toEqual({ jsonrpc: "2.0", method: "cancel", params: {} });
});

test("what a helper prints is read as it comes; other lines are left out", async () => {
  const host = fakeHost();
  const reading = printedFrames(host, spec, new AbortController().signal);
  const first = reading.next();
  const process = await host.nextProcess();
  process.emitText("a warning");
  process.emit({ a: 1 });
  expect(await first).toEqual({ done: false, value: { a: 1 } });
  process.exit();
  expect(await reading.next()).toEqual({ done: true, value: undefined });
  const broken = printedFrames(host, spec, new AbortController().signal).next();
  (await host.nextProcess()).exit({ code: 1, stderr: "no such column: cwd" });
  await expect(broken).rejects.toThrow("failed: no such column: cwd");
});

test("asks of sub-agents stay when those of the main thread are over", () => {
  const taken: string[] = [];
  const asks = new WaitingAsks(() => {});
  const ask = { kind: "command", key: "call", reason: null, scope: null } as const;
  asks.put(ask, () => taken.push("main"));
  asks.put(ask, () => taken.push("child"), "child");
  asks.put(ask, () => taken.push("other"), "other");
  asks.clear();
  asks.clear("other");
  asks.cancel();
  expect(taken).toEqual(["child"]);
});

test("numbered asks hand their answers over at once, each once", () => {
  const ops: ThreadOp[] = [];
  const taken: string[] = [];
  const asks = new WaitingAsks((op) => ops.push(op));
  const ask = { kind: "command", key: "call", reason: null, scope: null } as const;
  asks.put(ask, ({ type }) => taken.push(`one ${type}`));
  asks.put(ask, ({ type }) => taken.push(`two ${type}`), "child");
  expect(ops).toEqual([
    { op: "ask", id: "ask-1", ask },
    { op: "ask", id: "ask-2", ask, thread: "child" },
  ]);
  asks.answer("ask-1", { type: "accept" });
  asks.answer("ask-1", { type: "accept" });
  asks.cancel();
  asks.put(ask, ({ type }) => taken.push(`three ${type}`));
  asks.clear();
  asks.cancel();
  expect(taken).toEqual(["one accept", "two cancel"]);
});

test("what fails or is given up at its start is disposed of", async () => {
  let disposed = 0;
  const it = {
    [Symbol.asyncDispose]: async () => {
      disposed += 1;
    },
  };
  const { signal } = new AbortController();
  expect(await orDisposed(it, signal, async () => 1)).toBe(1);
  expect(disposed).toBe(0);
  const failing = orDisposed(it, signal, () => Promise.reject(new Error("no")));
  await expect(failing).rejects.toThrow("no");
  expect(disposed).toBe(1);
  await expect(orDisposed(it, AbortSignal.abort(), async () => 1)).rejects.toThrow(/aborted/);
  expect(disposed).toBe(2);
});
