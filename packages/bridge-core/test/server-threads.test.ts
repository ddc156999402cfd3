import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createAgentServer, type AgentServer } from "../src/server/agent-server.ts";
import { scriptedBridge, type ScriptedBridge } from "./support/scripted-bridge.ts";
import { WireClient } from "./support/wire-client.ts";

let folder: string;
let bridge: ScriptedBridge;
let server: AgentServer;
let client: WireClient;

function start(): AgentServer {
  return createAgentServer({
    bridge: bridge.factory,
    dataDir: join(folder, "data"),
    defaultCwd: folder,
    environment: async () => ({ PATH: process.env["PATH"] ?? "" }),
  });
}

/** A whole turn: prompt, answer, end. */
async function turn(threadId: string, text: string): Promise<string> {
  const known = bridge.agents.all.at(-1);
  const turnId = await client.say(threadId, text);
  const agent = known === undefined || known.disposed ? await bridge.agents.next() : known;
  agent.reply(await agent.prompts.next(), `answer to ${text}`);
  await client.heard("turn/completed", (event) => event.turn.id === turnId);
  return turnId;
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fairlead-threads-"));
  bridge = scriptedBridge();
  server = start();
  client = await WireClient.connect(server);
});

afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

describe("threads", () => {
  it("keep their turns and ids over a restart and resume the agent's conversation", async () => {
    const threadId = await client.startThread(folder);
    await turn(threadId, "one");
    await turn(threadId, "two");
    const before = await client.request("thread/read", { threadId, includeTurns: true });
    await server[Symbol.asyncDispose]();
    client.check();

    server = start();
    client = await WireClient.connect(server);
    const listed = await client.request("thread/list", {});
    expect(listed.data).toMatchObject([
      { id: threadId, preview: "one", status: { type: "notLoaded" } },
    ]);
    const after = await client.request("thread/read", { threadId, includeTurns: true });
    expect(after.thread.turns).toEqual(before.thread.turns);
    await expect(client.say(threadId, "three")).rejects.toMatchObject({
      message: `thread not found: ${threadId}`,
    });
    const resumed = await client.request("thread/resume", { threadId, excludeTurns: true });
    const page = await client.request("thread/items/list", {
      threadId,
      cursor: resumed.itemsBackwardsCursor,
      sortDirection: "desc",
      limit: 2,
    });
    expect(page.data.map(({ item }) => item.type)).toEqual(["agentMessage", "userMessage"]);
    await client.say(threadId, "three");
    const agent = await bridge.agents.find((opened) => opened.spec.from !== null);
    expect(agent.spec.from).toEqual({ nativeId: threadId, fork: false, before: null });
    agent.reply(await agent.prompts.next(), "three");
    await client.heard("turn/completed");
    client.check();
  });

  it("go on counting tokens after a restart, a sub-agent's apart", async () => {
    const last = { input: 10, cached: 2, output: 5, reasoning: 1 };
    const totals: number[] = [];
    let threadId = await client.startThread(folder);
    for (let life = 0; life < 2; life += 1) {
      await client.say(threadId, "go");
      const agent = await bridge.agents.next();
      const prompt = await agent.prompts.next();
      agent.emit(
        { op: "open", key: "task", item: { type: "subagent", prompt: "look" } },
        { op: "child", key: `kid ${life}`, item: "task", nativeId: null, title: "Look" },
        { op: "usage", last },
        { op: "begin", turn: "t", input: [], thread: `kid ${life}` },
        { op: "usage", last, thread: `kid ${life}` },
        { op: "end", turn: "t", status: "completed", thread: `kid ${life}` },
        { op: "end", turn: prompt.id, status: "completed" },
      );
      for (let use = 0; use < 2; use += 1) {
        const { tokenUsage } = await client.heard("thread/tokenUsage/updated");
        totals.push(tokenUsage.total.totalTokens);
      }
      await client.heard("turn/completed", (event) => event.threadId === threadId);
      client.check();
      await server[Symbol.asyncDispose]();
      server = start();
      client = await WireClient.connect(server);
      threadId = (await client.request("thread/resume", { threadId })).thread.id;
    }
    expect(totals).toEqual([15, 15, 30, 15]);
  });

  it("take their sub-agents' threads with them when they are deleted", async () => {
    const threadId = await client.startThread(folder);
    await client.say(threadId, "go");
    const agent = await bridge.agents.next();
    const prompt = await agent.prompts.next();
    agent.emit(
      { op: "open", key: "task", item: { type: "subagent", prompt: "look" } },
      { op: "child", key: "kid", item: "task", nativeId: null, title: "Look" },
      { op: "begin", turn: "t", input: [], thread: "kid" },
      { op: "end", turn: "t", status: "completed", thread: "kid" },
      { op: "end", turn: prompt.id, status: "completed" },
    );
    await client.heard("turn/completed", (event) => event.threadId === threadId);
    const { data: children } = await client.request("thread/list", { parentThreadId: threadId });
    const [child] = children;
    expect(children).toHaveLength(1);
    await client.request("thread/delete", { threadId });
    const told = [await client.heard("thread/deleted"), await client.heard("thread/deleted")];
    expect(told.map((event) => event.threadId)).toEqual([threadId, child?.id]);
    expect(await readdir(join(folder, "data", "scripted", "threads"))).toEqual([]);
    client.check();
  });

  it("fork with the same turns and take back turns without the agent knowing them", async () => {
    const threadId = await client.startThread(folder);
    const first = await turn(threadId, "one");
    const second = await turn(threadId, "two");
    const fork = await client.request("thread/fork", { threadId, lastTurnId: first });
    expect(fork.thread.turns.map(({ id }) => id)).toEqual([first]);
    expect(fork.thread.forkedFromId).toBe(threadId);

    const reverted = await client.request("thread/revert", { threadId, beforeTurnId: second });
    expect(reverted.thread.id).toBe(threadId);
    const read = await client.request("thread/read", { threadId, includeTurns: true });
    expect(read.thread.turns.map(({ id }) => id)).toEqual([first]);
    await client.say(threadId, "other");
    const agent = await bridge.agents.find((opened) => opened.spec.from !== null);
    expect(agent.spec.from).toEqual({ nativeId: threadId, fork: true, before: second });
    agent.reply(await agent.prompts.next(), "other");
    await client.heard("turn/completed");
    client.check();
  });

  it("roll back as older clients ask for it", async () => {
    const threadId = await client.startThread(folder);
    const first = await turn(threadId, "one");
    await turn(threadId, "two");
    const { thread } = await client.request("thread/rollback", { threadId, numTurns: 1 });
    expect(thread.turns.map(({ id }) => id)).toEqual([first]);
    client.check();
  });

  it("can be named, found, put away and deleted", async () => {
    const threadId = await client.startThread(folder);
    await turn(threadId, "the needle in it");
    await client.request("thread/name/set", { threadId, name: "Haystack" });
    await client.heard("thread/name/updated");
    await expect(client.request("thread/name/set", { threadId, name: " " })).rejects.toMatchObject({
      message: "thread name must not be empty",
    });
    const found = await client.request("thread/search", { searchTerm: "answer to the needle" });
    expect(found.data).toMatchObject([{ thread: { id: threadId, name: "Haystack" } }]);
    expect((await client.request("thread/list", { cwd: "/elsewhere" })).data).toEqual([]);
    expect((await client.request("thread/loaded/list", {})).data).toEqual([threadId]);
    await client.request("thread/archive", { threadId });
    expect((await client.request("thread/list", {})).data).toEqual([]);
    expect((await client.request("thread/list", { archived: true })).data).toHaveLength(1);
    await client.request("thread/unarchive", { threadId });
    await client.request("thread/delete", { threadId });
    await expect(client.request("thread/read", { threadId })).rejects.toMatchObject({
      message: `thread not loaded: ${threadId}`,
    });
    client.check();
  });

  it("are found in the order asked for", async () => {
    const older = await client.startThread(folder);
    await turn(older, "a needle");
    const { thread } = await client.request("thread/fork", { threadId: older });
    const found = async (sortDirection: "asc" | "desc"): Promise<readonly string[]> => {
      const wanted = { searchTerm: "needle", sortKey: "created_at", sortDirection } as const;
      const { data } = await client.request("thread/search", wanted);
      return data.map((result) => result.thread.id);
    };
    expect(await found("asc")).toEqual([older, thread.id]);
    expect(await found("desc")).toEqual([thread.id, older]);
    client.check();
  });

  it("are paged from both ends by cursors that new turns do not shift", async () => {
    const threadId = await client.startThread(folder);
    const ids = [await turn(threadId, "1"), await turn(threadId, "2"), await turn(threadId, "3")];
    const page = await client.request("thread/turns/list", { threadId, limit: 2 });
    expect(page.data.map(({ id }) => id)).toEqual([ids[2], ids[1]]);
    await turn(threadId, "4");
    const next = await client.request("thread/turns/list", {
      threadId,
      limit: 2,
      cursor: page.nextCursor,
    });
    expect(next.data.map(({ id }) => id)).toEqual([ids[0]]);
    await expect(
      client.request("thread/turns/list", { threadId, cursor: "nonsense" }),
    ).rejects.toMatchObject({
      message: "invalid cursor: nonsense",
    });
    client.check();
  });
});
