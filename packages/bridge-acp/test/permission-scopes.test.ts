import type { ThreadOp } from "@fairlead/bridge-core";
import type { Fields } from "@fairlead/bridge-core/parts";
import { describe, expect, test } from "vitest";
import { folder, openThread, sessionId, type Opened } from "./open-thread.ts";

const kinds = ["allow_always", "allow_once", "reject_once"];
const diff = (path: string) => [{ type: "diff", path, oldText: null, newText: "x\n" }];

/** What "for this session" would cover of each of these calls, all of them asked about in one turn. */
async function scopesOf(...calls: readonly Fields[]): Promise<readonly unknown[]> {
  const open = await openThread();
  await open.prompt("hello");
  const scopes: unknown[] = [];
  for (const [at, call] of calls.entries()) {
    open.agent.permit(String(at), { toolCallId: `call-${at}`, ...call }, ...kinds);
    const ask = (await open.until("ask")).at(-1);
    scopes.push(ask?.op === "ask" && "scope" in ask.ask ? ask.ask.scope : undefined);
  }
  return scopes;
}

/** Who answers a permission: the user, or the settings, and what these say. */
async function decided(open: Opened): Promise<unknown> {
  const asked = open.until("ask").then(() => "asked");
  return Promise.race([asked, open.agent.answered().then(({ result }) => result)]);
}

function closesIn(ops: readonly ThreadOp[]): readonly ThreadOp[] {
  return ops.filter(({ op }) => op === "close");
}

describe("what is allowed for a session", () => {
  test("is a command in its folder, not the same words in another", async () => {
    const make = (cwd: string) => ({ kind: "execute", rawInput: { command: "make", cwd } });
    expect(await scopesOf(make("/one"), make("/two"), make("/one"))).toEqual([
      "run make in /one",
      "run make in /two",
      "run make in /one",
    ]);
  });

  test("is a move of a file to its target: both of them", async () => {
    const move = (to: string) => ({ kind: "move", locations: [{ path: "/a" }, { path: to }] });
    expect(await scopesOf(move("/b"), move("/etc/b"))).toEqual([
      ["changes of /a", "changes of /b"],
      ["changes of /a", "changes of /etc/b"],
    ]);
  });

  test("is nothing where a title is all that is told: others may have it", async () => {
    const shell = { kind: "execute", title: "Run shell command" };
    const other = { kind: "other", title: "Call a tool", rawInput: {} };
    expect(await scopesOf(shell, other)).toEqual([null, null]);
  });

  test("is a command that a title tells together with its folder", async () => {
    const text = `[current working directory ${folder}] (why)`;
    const content = [{ type: "content", content: { type: "text", text } }];
    const [scope] = await scopesOf({ kind: "execute", title: "make", content });
    expect(scope).toBe(`run make in ${folder}`);
  });
});

describe("a call", () => {
  test("without an id is not taken for the one before it", async () => {
    const open = await openThread();
    await open.prompt("hello", { approvals: "auto" });
    open.agent.permit("1", { kind: "edit", content: diff(`${folder}/a`) }, ...kinds);
    expect(await open.agent.answered()).toMatchObject({ id: "1" });
    open.agent.permit("2", { kind: "edit", title: "Edit something" }, ...kinds);
    expect(await decided(open)).toBe("asked");
  });

  test("that is over and asked about again is another one, with what it says now", async () => {
    const open = await openThread();
    await open.prompt("hello");
    const made = { toolCallId: "a", kind: "execute", rawInput: { command: "make" } };
    open.agent.update({ sessionUpdate: "tool_call", status: "failed", ...made });
    open.agent.permit("1", { ...made, rawInput: { command: "rm x" } }, ...kinds);
    const [item, ask] = (await open.until("ask")).slice(-2);
    expect(item).toMatchObject({ op: "open", key: "a#", item: { command: "rm x" } });
    expect(ask).toMatchObject({ ask: { key: "a#", scope: "run rm x" } });
    const over = { sessionUpdate: "tool_call_update", toolCallId: "a", status: "completed" };
    open.agent.update(over);
    expect((await open.until("close")).at(-1)).toMatchObject({ key: "a#", status: "completed" });
  });

  test("of an earlier turn is not told of in the next one", async () => {
    const open = await openThread();
    await open.prompt("hello");
    const call = { toolCallId: "a", kind: "execute", rawInput: { command: "make" } };
    open.agent.update({ sessionUpdate: "tool_call", status: "in_progress", ...call });
    open.end("cancelled");
    await open.until("end");
    await open.prompt("next");
    open.agent.update({ sessionUpdate: "tool_call_update", toolCallId: "a", status: "failed" });
    open.end();
    expect((await open.until("end")).map(({ op }) => op)).toEqual(["alias", "end"]);
  });

  test("that the mode refuses is declined, of whatever the agent says then", async () => {
    const open = await openThread();
    await open.prompt("hello", { mode: "plan" });
    const edit = { toolCallId: "a", kind: "edit", content: diff(`${folder}/a`) };
    open.agent.permit("1", edit, ...kinds);
    await open.agent.answered();
    open.agent.update({ sessionUpdate: "tool_call_update", toolCallId: "a", status: "completed" });
    open.end();
    const closes = closesIn(await open.until("end"));
    expect(closes).toEqual([{ op: "close", key: "a", status: "declined" }]);
  });

  test("that was allowed but cannot be for once is declined", async () => {
    const open = await openThread();
    await open.prompt("hello", { approvals: "auto", sandbox: "danger-full-access" });
    const call = { toolCallId: "a", kind: "execute", rawInput: { command: "make" } };
    open.agent.permit("1", call, "allow_always");
    expect((await open.agent.answered()).result).toEqual({ outcome: { outcome: "cancelled" } });
    open.end();
    const closes = closesIn(await open.until("end"));
    expect(closes).toEqual([{ op: "close", key: "a", status: "declined" }]);
  });

  test("whose yes has no name is not allowed", async () => {
    const open = await openThread();
    await open.prompt("hello", { approvals: "auto", sandbox: "danger-full-access" });
    const toolCall = { toolCallId: "a", kind: "execute", rawInput: { command: "make" } };
    const params = { sessionId, toolCall, options: [{ kind: "allow_once", name: "Yes" }] };
    open.agent.process.emit({ id: 1, method: "session/request_permission", params });
    expect((await open.agent.answered()).result).toEqual({ outcome: { outcome: "cancelled" } });
  });

  test("that changes a file of the home folder is asked about though edits are granted", async () => {
    const open = await openThread();
    await open.prompt("hello", { approvals: "auto" });
    const edit = { toolCallId: "a", kind: "edit", content: diff("~/.profile") };
    open.agent.permit("1", edit, ...kinds);
    expect(await decided(open)).toBe("asked");
  });
});
