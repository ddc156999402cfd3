import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ThreadListResponse } from "@fairlead/codex-proto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { NativeSession, NativeSessions, ThreadOp } from "../src/index.ts";
import { createAgentServer, type AgentServer } from "../src/server/agent-server.ts";
import { scriptedBridge, type ScriptedBridge } from "./support/scripted-bridge.ts";
import { WireClient } from "./support/wire-client.ts";

const born = Date.UTC(2026, 0, 1);
let folder: string;
let bridge: ScriptedBridge;
let server: AgentServer;
let client: WireClient;
let pulled: number;
let busy: boolean;
/** The newest conversation was begun before all others. */
let longest: boolean;
/** The conversations end with a turn that has a sub-agent. */
let delegated: boolean;

function session(index: number): NativeSession {
  return {
    nativeId: `native-${index}`,
    parentNativeId: null,
    cwd: folder,
    title: null,
    preview: `question ${index}`,
    createdAtMs: longest && index === 10_000 ? born : born + index * 1000,
    updatedAtMs: born + index * 1000,
    stamp: String(index),
    archived: false,
    busyElsewhere: busy,
  };
}

function turnOps(key: string, text: string, atMs: number): ThreadOp[] {
  const input = [{ type: "text" as const, text: `ask ${text}`, text_elements: [] }];
  return [
    { op: "begin", turn: key, input, atMs },
    { op: "open", key: `${key}-m`, item: { type: "message" }, atMs },
    { op: "text", key: `${key}-m`, delta: text, atMs },
    { op: "close", key: `${key}-m`, atMs },
    { op: "end", turn: key, status: "completed", atMs: atMs + 10 },
  ];
}

/** A turn whose sub-agent has a turn of its own. */
function subagentOps(atMs: number): ThreadOp[] {
  const child = turnOps("call", "from the sub-agent", atMs);
  return [
    { op: "begin", turn: "t3", input: [], atMs },
    { op: "open", key: "call", item: { type: "subagent", prompt: "look" }, atMs },
    { op: "child", key: "call", item: "call", nativeId: "agent-1", title: "Look", atMs },
    ...child.map((op) => ({ ...op, thread: "call" })),
    { op: "close", key: "call", status: "completed", atMs },
    { op: "end", turn: "t3", status: "completed", atMs: atMs + 10 },
  ];
}

const sessions: NativeSessions = {
  async *list() {
    for (let index = 10_000; index > 0; index -= 1) {
      pulled += 1;
      yield session(index);
    }
  },
  async *read(nativeId) {
    yield* turnOps("t1", `first of ${nativeId}`, born);
    yield* turnOps("t2", `second of ${nativeId}`, born + 5000);
    if (delegated) yield* subagentOps(born + 9000);
  },
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fairlead-native-"));
  pulled = 0;
  busy = false;
  longest = false;
  delegated = false;
  bridge = scriptedBridge({ sessions });
  server = createAgentServer({
    bridge: bridge.factory,
    dataDir: null,
    defaultCwd: folder,
    environment: async () => ({ PATH: process.env["PATH"] ?? "" }),
  });
  client = await WireClient.connect(server);
});

afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

describe("conversations of the agent's own terminal", () => {
  it("are listed newest first without reading ten thousand of them", async () => {
    const page = await client.request("thread/list", { limit: 10, sortKey: "updated_at" });
    expect(page.data.map(({ preview }) => preview)).toEqual(
      Array.from({ length: 10 }, (_, index) => `question ${10_000 - index}`),
    );
    expect(page.nextCursor).not.toBeNull();
    expect(pulled).toBeLessThan(20);
    client.check();
  });

  it.each(["created_at", "updated_at"] as const)(
    "are paged by %s, and one that goes on for long holds nothing up",
    async (sortKey) => {
      longest = true;
      const newest = sortKey === "created_at" ? 9_999 : 10_000;
      const seen: string[] = [];
      let cursor: string | null = null;
      for (let page = 0; page < 3; page += 1) {
        const request = { limit: 10, sortKey, cursor };
        const answer: ThreadListResponse = await client.request("thread/list", request);
        seen.push(...answer.data.map(({ preview }) => preview));
        cursor = answer.nextCursor;
      }
      expect(seen).toEqual(Array.from({ length: 30 }, (_, index) => `question ${newest - index}`));
      expect(pulled).toBeLessThan(80);
      const oldest = { limit: 2, sortKey, sortDirection: "asc" } as const;
      const { data } = await client.request("thread/list", oldest);
      expect(data.map(({ preview }) => preview)).toEqual(
        sortKey === "created_at" ? ["question 10000", "question 1"] : ["question 1", "question 2"],
      );
      client.check();
    },
  );

  it("have sub-agents that are threads of their own", async () => {
    delegated = true;
    const { data } = await client.request("thread/list", { limit: 1, sortKey: "updated_at" });
    const threadId = data[0]?.id ?? "";
    const { data: items } = await client.request("thread/items/list", { threadId });
    const spawned = items.flatMap(({ item }) =>
      item.type === "collabAgentToolCall" ? item.receiverThreadIds : [],
    );
    const [child = ""] = spawned;
    const read = await client.request("thread/read", { threadId: child, includeTurns: true });
    expect(read.thread).toMatchObject({ parentThreadId: threadId, name: "Look" });
    expect(read.thread.turns.map(({ items: own }) => own.at(-1))).toMatchObject([
      { type: "agentMessage", text: "from the sub-agent" },
    ]);
    expect(await client.request("thread/read", { threadId: child, includeTurns: true })).toEqual(
      read,
    );
    client.check();
  });

  it("are read with the same ids every time", async () => {
    const { data } = await client.request("thread/list", { limit: 1, sortKey: "updated_at" });
    const threadId = data[0]?.id ?? "";
    const first = await client.request("thread/read", { threadId, includeTurns: true });
    const second = await client.request("thread/read", { threadId, includeTurns: true });
    expect(first.thread.turns).toHaveLength(2);
    expect(second.thread.turns).toEqual(first.thread.turns);
    client.check();
  });

  it("go on here, and what core saw then is not doubled by the agent's own record", async () => {
    const { data } = await client.request("thread/list", { limit: 1, sortKey: "updated_at" });
    const threadId = data[0]?.id ?? "";
    const { thread } = await client.request("thread/resume", { threadId });
    await client.say(threadId, "third");
    const agent = await bridge.agents.next();
    expect(agent.spec.from).toEqual({ nativeId: "native-10000", fork: false, before: null });
    const prompt = await agent.prompts.next();
    agent.emit({ op: "alias", id: prompt.id, key: "t2" });
    agent.reply(prompt, "third");
    await client.heard("turn/completed");
    const read = await client.request("thread/read", { threadId, includeTurns: true });
    expect(read.thread.turns.map(({ id }) => id)).toEqual([
      ...thread.turns.map(({ id }) => id),
      prompt.id,
    ]);
    client.check();
  });

  it("are not written to while another process has them open", async () => {
    busy = true;
    const { data } = await client.request("thread/list", { limit: 1, sortKey: "updated_at" });
    const threadId = data[0]?.id ?? "";
    await expect(client.request("thread/resume", { threadId })).rejects.toMatchObject({
      message: expect.stringContaining("open in another Scripted process"),
    });
    const fork = await client.request("thread/fork", { threadId });
    expect(fork.thread.turns).toHaveLength(2);
    client.check();
  });
});
