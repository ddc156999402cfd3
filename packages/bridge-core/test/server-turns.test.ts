import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BridgeError } from "../src/index.ts";
import { createAgentServer, type AgentServer } from "../src/server/agent-server.ts";
import { scriptedBridge, type ScriptedBridge } from "./support/scripted-bridge.ts";
import { WireClient } from "./support/wire-client.ts";

let folder: string;
let bridge: ScriptedBridge;
let server: AgentServer;
let client: WireClient;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fairlead-turns-"));
  bridge = scriptedBridge();
  server = createAgentServer({
    bridge: bridge.factory,
    dataDir: null,
    defaultCwd: folder,
    environment: async () => ({ PATH: process.env["PATH"] ?? "", SHELL: "/bin/sh" }),
  });
  client = await WireClient.connect(server);
});

afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const command = { type: "command", command: "touch x", cwd: null } as const;

describe("a turn", () => {
  it("streams text in codex's order, with the user's message first", async () => {
    const threadId = await client.startThread(folder);
    await client.say(threadId, "hello");
    const agent = await bridge.agents.next();
    const prompt = await agent.prompts.next();
    agent.emit(
      { op: "open", key: "m", item: { type: "message" } },
      { op: "text", key: "m", delta: "hel" },
      { op: "text", key: "m", delta: "lo" },
      { op: "close", key: "m" },
      { op: "usage", last: { input: 3, cached: 0, output: 2, reasoning: 0 }, window: 100 },
      { op: "end", turn: prompt.id, status: "completed" },
    );
    const { turn } = await client.heard("turn/completed");
    expect(turn.status).toBe("completed");
    expect(turn.items).toMatchObject([{ type: "agentMessage", text: "hello" }]);
    expect(client.story).toEqual([
      "thread/started",
      "thread/status/changed",
      "turn/started",
      "item/started userMessage",
      "item/completed userMessage",
      "item/started agentMessage",
      "item/agentMessage/delta",
      "item/agentMessage/delta",
      "item/completed agentMessage",
      "thread/tokenUsage/updated",
      "thread/status/changed",
      "turn/completed",
    ]);
    client.check();
  });

  it("asks before a command, passes the answer on once and remembers a scope for the session", async () => {
    const threadId = await client.startThread(folder);
    await client.say(threadId, "run it");
    const agent = await bridge.agents.next();
    const prompt = await agent.prompts.next();
    const ask = { kind: "command", key: "c", reason: null, scope: "touch x" } as const;
    agent.emit({ op: "open", key: "c", item: command }, { op: "ask", id: "a1", ask });
    const request = await client.requests.next();
    expect(request.method).toBe("item/commandExecution/requestApproval");
    expect(request.params).toMatchObject({
      threadId,
      turnId: prompt.id,
      command: "/bin/bash -lc 'touch x'",
    });
    request.respond({ decision: "acceptForSession" });
    expect(await agent.answers.next()).toEqual({ ask: "a1", answer: { type: "accept" } });
    agent.emit(
      { op: "close", key: "c", item: { ...command, exitCode: 0 }, output: "done\n" },
      { op: "open", key: "d", item: command },
      { op: "ask", id: "a2", ask: { ...ask, key: "d" } },
    );
    expect(await agent.answers.next()).toEqual({ ask: "a2", answer: { type: "accept" } });
    agent.emit({ op: "close", key: "d" }, { op: "end", turn: prompt.id, status: "completed" });
    await client.heard("turn/completed");
    expect(client.requests.all).toHaveLength(1);
    client.check();
  });

  it("tells the agent no when the user declines, and the item says so", async () => {
    const threadId = await client.startThread(folder);
    await client.say(threadId, "run it");
    const agent = await bridge.agents.next();
    const prompt = await agent.prompts.next();
    agent.emit(
      { op: "open", key: "c", item: command },
      { op: "ask", id: "a", ask: { kind: "command", key: "c", reason: null, scope: null } },
    );
    (await client.requests.next()).respond({ decision: "decline" });
    expect((await agent.answers.next()).answer).toEqual({ type: "decline" });
    agent.emit({ op: "end", turn: prompt.id, status: "completed" });
    const { item } = await client.heard(
      "item/completed",
      (event) => event.item.type === "commandExecution",
    );
    expect(item).toMatchObject({ status: "declined" });
    await client.heard("turn/completed");
    client.check();
  });

  it("keeps an approval open over the loss of its client and asks the next one under the same id", async () => {
    const threadId = await client.startThread(folder);
    await client.say(threadId, "run it");
    const agent = await bridge.agents.next();
    const prompt = await agent.prompts.next();
    agent.emit(
      { op: "open", key: "c", item: command },
      { op: "ask", id: "a", ask: { kind: "command", key: "c", reason: null, scope: null } },
    );
    const first = await client.requests.next();
    await client.hangUp();
    const second = await WireClient.connect(server);
    const resumed = await second.request("thread/resume", { threadId });
    expect(resumed.thread.status).toEqual({ type: "active", activeFlags: ["waitingOnApproval"] });
    const again = await second.requests.next();
    expect(again.id).toBe(first.id);
    again.respond({ decision: "accept" });
    expect((await agent.answers.next()).answer).toEqual({ type: "accept" });
    agent.emit({ op: "end", turn: prompt.id, status: "completed" });
    await second.heard("turn/completed");
    client.check();
  });

  it("gives the first of two clients' answers and tells both that it is settled", async () => {
    const threadId = await client.startThread(folder);
    const other = await WireClient.connect(server);
    await other.request("thread/resume", { threadId });
    await client.say(threadId, "run it");
    const agent = await bridge.agents.next();
    const prompt = await agent.prompts.next();
    agent.emit(
      { op: "open", key: "c", item: command },
      { op: "ask", id: "a", ask: { kind: "command", key: "c", reason: null, scope: null } },
    );
    const [mine, theirs] = [await client.requests.next(), await other.requests.next()];
    expect(theirs.id).toBe(mine.id);
    theirs.respond({ decision: "decline" });
    expect((await agent.answers.next()).answer).toEqual({ type: "decline" });
    await client.heard("serverRequest/resolved", (event) => event.requestId === mine.id);
    mine.respond({ decision: "accept" });
    agent.emit({ op: "end", turn: prompt.id, status: "completed" });
    await client.heard("turn/completed");
    expect(agent.answers.all).toHaveLength(1);
    other.check();
  });

  it("cancels what waits when it is interrupted, and ends interrupted", async () => {
    const threadId = await client.startThread(folder);
    const turnId = await client.say(threadId, "run it");
    const agent = await bridge.agents.next();
    const prompt = await agent.prompts.next();
    agent.emit(
      { op: "open", key: "c", item: command },
      { op: "ask", id: "a", ask: { kind: "command", key: "c", reason: null, scope: null } },
    );
    await client.requests.next();
    await client.request("turn/interrupt", { threadId, turnId });
    expect((await agent.answers.next()).answer).toEqual({ type: "cancel" });
    await agent.interrupts.next();
    agent.emit({ op: "end", turn: prompt.id, status: "interrupted" });
    expect((await client.heard("turn/completed")).turn.status).toBe("interrupted");
    client.check();
  });

  it("steers with a second turn/start, in the same turn", async () => {
    const threadId = await client.startThread(folder);
    const turnId = await client.say(threadId, "first");
    const agent = await bridge.agents.next();
    const prompt = await agent.prompts.next();
    expect(await client.say(threadId, "second")).toBe(turnId);
    await agent.steers.next();
    agent.reply(prompt, "both");
    await client.heard("turn/completed");
    const { thread } = await client.request("thread/read", { threadId, includeTurns: true });
    expect(thread.turns).toHaveLength(1);
    expect(thread.turns[0]?.items.map((item) => item.type)).toEqual([
      "userMessage",
      "userMessage",
      "agentMessage",
    ]);
    client.check();
  });

  it("ends failed when the agent dies, and the next one goes on with a new process", async () => {
    const threadId = await client.startThread(folder);
    await client.say(threadId, "first");
    const agent = await bridge.agents.next();
    await agent.prompts.next();
    agent.emit(
      { op: "open", key: "m", item: { type: "message" } },
      { op: "text", key: "m", delta: "half" },
    );
    agent.crash(new BridgeError("crashed", "exit code 139"));
    const { turn } = await client.heard("turn/completed");
    expect(turn.status).toBe("failed");
    expect(turn.error?.message).toBe("exit code 139");
    await client.say(threadId, "again");
    const second = await bridge.agents.next();
    second.reply(await second.prompts.next(), "back");
    expect((await client.heard("turn/completed")).turn.status).toBe("completed");
    client.check();
  });

  it("says again in a new turn what the dying agent never took", async () => {
    const threadId = await client.startThread(folder);
    const turnId = await client.say(threadId, "first");
    const agent = await bridge.agents.next();
    await agent.prompts.next();
    agent.refuseSteer = true;
    await client.say(threadId, "and this");
    await agent.steers.next();
    agent.crash(new BridgeError("crashed", "gone"));
    await client.heard("turn/completed", ({ turn }) => turn.id === turnId);
    const second = await bridge.agents.next();
    const prompt = await second.prompts.next();
    expect(prompt.input).toMatchObject([{ text: "and this" }]);
    second.reply(prompt, "heard");
    expect((await client.heard("turn/completed")).turn.status).toBe("completed");
    client.check();
  });

  it("shows a turn the agent began by itself", async () => {
    const threadId = await client.startThread(folder);
    await client.say(threadId, "first");
    const agent = await bridge.agents.next();
    agent.reply(await agent.prompts.next(), "one");
    await client.heard("turn/completed");
    agent.emit(
      { op: "begin", turn: "task", input: [] },
      { op: "open", key: "m", item: { type: "message" } },
      { op: "text", key: "m", delta: "the task is done" },
      { op: "close", key: "m" },
      { op: "end", turn: "task", status: "completed" },
    );
    const { turn } = await client.heard("turn/completed");
    expect(turn.items).toMatchObject([{ text: "the task is done" }]);
    client.check();
  });

  it("shows a sub-agent as a thread of its own and passes its approval on", async () => {
    const threadId = await client.startThread(folder);
    await client.say(threadId, "delegate");
    const agent = await bridge.agents.next();
    const prompt = await agent.prompts.next();
    agent.emit(
      { op: "open", key: "task", item: { type: "subagent", prompt: "look" } },
      { op: "child", key: "kid", item: "task", nativeId: null, title: "Look" },
      { op: "begin", turn: "t", input: [], thread: "kid" },
      { op: "open", key: "c", item: command, thread: "kid" },
      {
        op: "ask",
        id: "a",
        ask: { kind: "command", key: "c", reason: null, scope: null },
        thread: "kid",
      },
    );
    const { thread } = await client.heard(
      "thread/started",
      (event) => event.thread.parentThreadId === threadId,
    );
    const request = await client.requests.next();
    expect(request.params).toMatchObject({ threadId: thread.id });
    request.respond({ decision: "accept" });
    await agent.answers.next();
    agent.emit(
      { op: "close", key: "task" },
      { op: "end", turn: prompt.id, status: "completed" },
      { op: "close", key: "c", thread: "kid" },
      { op: "end", turn: "t", status: "completed", thread: "kid" },
    );
    await client.heard("turn/completed", (event) => event.threadId === thread.id);
    const listed = await client.request("thread/list", {});
    expect(listed.data.map(({ id }) => id)).toEqual([threadId]);
    client.check();
  });

  it("answers the codex TUI's title threads without an agent", async () => {
    const { thread } = await client.request("thread/start", {
      cwd: folder,
      ephemeral: true,
      threadSource: "thread_title",
    });
    await client.request("turn/start", {
      threadId: thread.id,
      input: [
        {
          type: "text",
          text: "Make a title.\n\nUser prompt:\nfix the login bug",
          text_elements: [],
        },
      ],
      outputSchema: { type: "object" },
    });
    const { turn } = await client.heard("turn/completed");
    expect(turn.items).toMatchObject([{ text: '{"title":"fix the login bug"}' }]);
    expect(bridge.agents.all).toHaveLength(0);
    client.check();
  });

  it("runs the user's own command without asking, and tells the agent of it", async () => {
    const threadId = await client.startThread(folder);
    await client.request("thread/shellCommand", { threadId, command: "echo from-shell" });
    const { item } = await client.heard(
      "item/completed",
      (event) => event.item.type === "commandExecution",
    );
    expect(item).toMatchObject({
      source: "userShell",
      aggregatedOutput: "from-shell\n",
      exitCode: 0,
    });
    await client.heard("turn/completed");
    await client.say(threadId, "what was that");
    const agent = await bridge.agents.next();
    const prompt = await agent.prompts.next();
    expect(JSON.stringify(prompt.input)).toContain("from-shell");
    agent.reply(prompt, "your command");
    await client.heard("turn/completed");
    client.check();
  });
});

describe("bad input", () => {
  it("is refused in a sentence that names what is wrong", async () => {
    const threadId = await client.startThread(folder);
    await expect(
      client.raw("turn/start", { threadId, input: [{ type: "text", text: 5 }] }),
    ).rejects.toMatchObject({
      code: -32602,
      message: expect.stringContaining("input[0].text"),
    });
    await expect(client.raw("no/such", {})).rejects.toMatchObject({ code: -32601 });
    await expect(client.say("0199aaaa-0000-7000-8000-000000000000", "x")).rejects.toMatchObject({
      code: -32600,
      message: "thread not found: 0199aaaa-0000-7000-8000-000000000000",
    });
    await expect(client.request("turn/interrupt", { threadId, turnId: "x" })).rejects.toMatchObject(
      {
        message: "no active turn to interrupt",
      },
    );
    await expect(
      client.request("thread/start", { cwd: join(folder, "missing") }),
    ).rejects.toMatchObject({
      code: -32602,
      message: expect.stringContaining("missing"),
    });
    client.check();
  });

  it("lowers what a client asks for above the operator's ceiling, and says so", async () => {
    const started = await client.request("thread/start", {
      cwd: folder,
      approvalPolicy: "never",
      sandbox: "danger-full-access",
    });
    expect(started.approvalPolicy).toBe("on-request");
    expect(started.sandbox.type).toBe("workspaceWrite");
    const { message } = await client.heard("warning");
    expect(message).toContain("approvals stay on");
    client.check();
  });
});
