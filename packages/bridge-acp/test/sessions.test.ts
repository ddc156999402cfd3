import { BridgeError } from "@fairlead/bridge-core";
import { fieldsOf, textOf } from "@fairlead/bridge-core/parts";
import { describe, expect, test } from "vitest";
import { acpBridge } from "../src/index.ts";
import {
  folder,
  hello,
  hostOf,
  opened,
  plain,
  sessionId,
  signal,
  specOf,
  turnId,
} from "./open-thread.ts";

const chunk = (text: string, kind = "agent_message_chunk") => ({
  sessionUpdate: kind,
  content: { type: "text", text },
});
describe("what was said before", () => {
  const capabilities = { loadSession: true, sessionCapabilities: { list: {} } };
  const past = [
    chunk("<session_context>not the user's", "user_message_chunk"),
    chunk("first", "user_message_chunk"),
    chunk("answer"),
    chunk("second", "user_message_chunk"),
    chunk("third", "user_message_chunk"),
    {
      sessionUpdate: "tool_call",
      toolCallId: "c",
      title: "exec",
      status: "completed",
      rawInput: { cmd: "ls" },
    },
    { sessionUpdate: "tool_call_update", toolCallId: "c", status: "completed", rawOutput: "a\n" },
  ];
  const from = { nativeId: sessionId, fork: false, before: null };

  test("is not said again when a session goes on, and counts its turns", async () => {
    const host = hostOf();
    const opening = acpBridge(plain)(host).openThread(specOf({ from }), { signal });
    const agent = await hello(host, { capabilities });
    const load = await agent.next("session/load");
    agent.update(...past);
    agent.process.emit({ jsonrpc: "2.0", id: load["id"], result: null });
    const open = opened(host, agent, await opening);
    // Some agents tell more of it behind the answer.
    agent.update(chunk("late"));
    await open.prompt("fourth");
    agent.update(chunk("now"));
    open.end();
    const [alias, item] = await open.until("end");
    expect(alias).toEqual({ op: "alias", id: turnId, key: "turn-4" });
    expect(item).toMatchObject({ op: "open", key: "message:4.1" });
  });

  test("is read as turns, oldest first, from the one behind a key", async () => {
    const host = hostOf();
    const adapter = acpBridge(plain)(host);
    const reading = (async () => {
      const ops = [];
      for await (const op of adapter.sessions?.read(sessionId, { after: null, signal }) ?? []) {
        ops.push(op);
      }
      return ops;
    })();
    const agent = await hello(host, { capabilities });
    const updatedAt = "2026-11-21T00:00:00.000Z";
    await agent.answer("session/list", { sessions: [{ sessionId, cwd: folder, updatedAt }] });
    const load = await agent.next("session/load");
    expect(fieldsOf(load["params"])["cwd"]).toBe(folder);
    agent.update(...past);
    agent.process.emit({ jsonrpc: "2.0", id: load["id"], result: {} });
    const ops = await reading;
    const begun = ops.flatMap((op) =>
      op.op === "begin" ? [[op.turn, textOf(fieldsOf(op.input[0])["text"])]] : [],
    );
    expect(begun).toEqual([
      ["turn-1", "first"],
      ["turn-2", "second"],
      ["turn-3", "third"],
    ]);
    expect(ops.every(({ atMs }) => atMs === Date.parse(updatedAt))).toBe(true);
    expect(ops.find((op) => op.op === "close" && op.key === "c")).toMatchObject({ output: "a\n" });
  });

  test("is of no session that the agent does not know", async () => {
    const host = hostOf();
    const opening = acpBridge(plain)(host).openThread(specOf({ from }), { signal });
    const agent = await hello(host, { capabilities });
    await agent.refuse("session/load", -32_602, "Session not found: session-1");
    const error = await opening.catch((thrown: unknown) => thrown);
    expect(BridgeError.is(error) && [error.kind, error.message]).toEqual([
      "not-found",
      "Plain has no session session-1",
    ]);
  });

  test("is listed page by page, and not at all by agents that do not", async () => {
    const host = hostOf();
    const adapter = acpBridge(plain)(host);
    const listing = (async () => {
      const ids = [];
      for await (const { nativeId } of adapter.sessions?.list({ cwd: folder, signal }) ?? []) {
        ids.push(nativeId);
      }
      return ids;
    })();
    const agent = await hello(host, { capabilities });
    const sessions = [
      { sessionId: "a", cwd: folder },
      { sessionId: "b", cwd: "/elsewhere" },
    ];
    await agent.answer("session/list", { sessions, nextCursor: "more" });
    expect(
      await agent.answer("session/list", { sessions: [{ sessionId: "c", cwd: folder }] }),
    ).toEqual({
      cwd: folder,
      cursor: "more",
    });
    expect(await listing).toEqual(["a", "c"]);
    const other = hostOf();
    const none = acpBridge(plain)(other).sessions?.list({ cwd: null, signal });
    const first = none?.[Symbol.asyncIterator]().next();
    await hello(other);
    expect(await first).toMatchObject({ done: true });
  });

  test("is listed once by an agent that names the same page for ever", async () => {
    const host = hostOf();
    const sessions = acpBridge(plain)(host).sessions?.list({ cwd: null, signal });
    const listing = (async () => {
      const ids: string[] = [];
      for await (const { nativeId } of sessions ?? []) ids.push(nativeId);
      return ids;
    })();
    const agent = await hello(host, { capabilities });
    for (const sessionId of ["a", "b"]) {
      const page = { sessions: [{ sessionId, cwd: folder }], nextCursor: "same" };
      await agent.answer("session/list", page);
    }
    expect(await listing).toEqual(["a", "b"]);
  });

  test("is read once for all who want it at the same time", async () => {
    const host = hostOf();
    const adapter = acpBridge(plain)(host);
    const read = async (after: string | null) => {
      const begun: string[] = [];
      for await (const op of adapter.sessions?.read(sessionId, { after, signal }) ?? []) {
        if (op.op === "begin") begun.push(op.turn);
      }
      return begun;
    };
    const reading = Promise.all([read(null), read("turn-1")]);
    const agent = await hello(host, { capabilities: { loadSession: true } });
    const load = await agent.next("session/load");
    agent.update(...past);
    agent.process.emit({ jsonrpc: "2.0", id: load["id"], result: {} });
    expect(await reading).toEqual([
      ["turn-1", "turn-2", "turn-3"],
      ["turn-2", "turn-3"],
    ]);
    const again = read(null);
    await agent.answer("session/load");
    expect(await again).toEqual([]);
  });

  test("is deleted by an agent that can; another refuses it in words", async () => {
    const host = hostOf();
    const deleting = acpBridge(plain)(host).sessions?.delete?.(sessionId);
    const agent = await hello(host, { capabilities: { sessionCapabilities: { delete: {} } } });
    expect(await agent.answer("session/delete")).toEqual({ sessionId });
    await deleting;
    const other = hostOf();
    const refused = acpBridge(plain)(other).sessions?.delete?.(sessionId);
    await Promise.all([
      hello(other),
      expect(refused).rejects.toMatchObject({
        kind: "unsupported",
        message:
          "Plain keeps this conversation itself and has no way to delete it: archive it here",
      }),
    ]);
  });
});
