import { describe, expect, it } from "vitest";
import { BridgeError } from "../src/index.ts";
import { serving } from "./support/serving.ts";

const on = serving();
const command = { type: "command", command: "touch x", cwd: null } as const;

describe("a turn", () => {
  it("streams text in codex's order, with the user's message first", async () => {
    const threadId = await on.client.startThread(on.folder);
    await on.client.say(threadId, "hello");
    const agent = await on.bridge.agents.next();
    const prompt = await agent.prompts.next();
    agent.emit(
      { op: "open", key: "m", item: { type: "message" } },
      { op: "text", key: "m", delta: "hel" },
      { op: "text", key: "m", delta: "lo" },
      { op: "close", key: "m" },
      { op: "usage", last: { input: 3, cached: 0, output: 2, reasoning: 0 }, window: 100 },
      { op: "end", turn: prompt.id, status: "completed" },
    );
    const { turn } = await on.client.heard("turn/completed");
    expect(turn.status).toBe("completed");
    expect(turn.items).toMatchObject([{ type: "agentMessage", text: "hello" }]);
    expect(on.client.story).toEqual([
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
    on.client.check();
  });

  it("steers with a second turn/start, in the same turn", async () => {
    const threadId = await on.client.startThread(on.folder);
    const turnId = await on.client.say(threadId, "first");
    const agent = await on.bridge.agents.next();
    const prompt = await agent.prompts.next();
    expect(await on.client.say(threadId, "second")).toBe(turnId);
    await agent.steers.next();
    agent.reply(prompt, "both");
    await on.client.heard("turn/completed");
    const { thread } = await on.client.request("thread/read", { threadId, includeTurns: true });
    expect(thread.turns).toHaveLength(1);
    expect(thread.turns[0]?.items.map((item) => item.type)).toEqual([
      "userMessage",
      "userMessage",
      "agentMessage",
    ]);
    on.client.check();
  });

  it("ends failed when the agent dies, and the next one goes on with a new process", async () => {
    const threadId = await on.client.startThread(on.folder);
    await on.client.say(threadId, "first");
    const agent = await on.bridge.agents.next();
    await agent.prompts.next();
    agent.emit(
      { op: "open", key: "m", item: { type: "message" } },
      { op: "text", key: "m", delta: "half" },
    );
    agent.crash(new BridgeError("crashed", "exit code 139"));
    const { turn } = await on.client.heard("turn/completed");
    expect(turn.status).toBe("failed");
    expect(turn.error?.message).toBe("exit code 139");
    await on.client.say(threadId, "again");
    const second = await on.bridge.agents.next();
    second.reply(await second.prompts.next(), "back");
    expect((await on.client.heard("turn/completed")).turn.status).toBe("completed");
    on.client.check();
  });

  it("says again in a new turn what the dying agent never took", async () => {
    const threadId = await on.client.startThread(on.folder);
    const turnId = await on.client.say(threadId, "first");
    const agent = await on.bridge.agents.next();
    await agent.prompts.next();
    agent.refuseSteer = true;
    await on.client.say(threadId, "and this");
    await agent.steers.next();
    agent.crash(new BridgeError("crashed", "gone"));
    await on.client.heard("turn/completed", ({ turn }) => turn.id === turnId);
    const second = await on.bridge.agents.next();
    const prompt = await second.prompts.next();
    expect(prompt.input).toMatchObject([{ text: "and this" }]);
    second.reply(prompt, "heard");
    expect((await on.client.heard("turn/completed")).turn.status).toBe("completed");
    on.client.check();
  });

  it("shows a turn the agent began by itself", async () => {
    const threadId = await on.client.startThread(on.folder);
    await on.client.say(threadId, "first");
    const agent = await on.bridge.agents.next();
    agent.reply(await agent.prompts.next(), "one");
    await on.client.heard("turn/completed");
    agent.emit(
      { op: "begin", turn: "task", input: [] },
      { op: "open", key: "m", item: { type: "message" } },
      { op: "text", key: "m", delta: "the task is done" },
      { op: "close", key: "m" },
      { op: "end", turn: "task", status: "completed" },
    );
    const { turn } = await on.client.heard("turn/completed");
    expect(turn.items).toMatchObject([{ text: "the task is done" }]);
    on.client.check();
  });

  it("shows a sub-agent as a thread of its own and passes its approval on", async () => {
    const threadId = await on.client.startThread(on.folder);
    await on.client.say(threadId, "delegate");
    const agent = await on.bridge.agents.next();
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
    const { thread } = await on.client.heard(
      "thread/started",
      (event) => event.thread.parentThreadId === threadId,
    );
    const request = await on.client.requests.next();
    expect(request.params).toMatchObject({ threadId: thread.id });
    request.respond({ decision: "accept" });
    await agent.answers.next();
    agent.emit(
      { op: "close", key: "task" },
      { op: "end", turn: prompt.id, status: "completed" },
      { op: "close", key: "c", thread: "kid" },
      { op: "end", turn: "t", status: "completed", thread: "kid" },
    );
    await on.client.heard("turn/completed", (event) => event.threadId === thread.id);
    const listed = await on.client.request("thread/list", {});
    expect(listed.data.map(({ id }) => id)).toEqual([threadId]);
    on.client.check();
  });

  it("answers the codex TUI's title threads without an agent", async () => {
    const { thread } = await on.client.request("thread/start", {
      cwd: on.folder,
      ephemeral: true,
      threadSource: "thread_title",
    });
    await on.client.request("turn/start", {
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
    const { turn } = await on.client.heard("turn/completed");
    expect(turn.items).toMatchObject([{ text: '{"title":"fix the login bug"}' }]);
    expect(on.bridge.agents.all).toHaveLength(0);
    on.client.check();
  });

  it("runs the user's own command without asking, and tells the agent of it", async () => {
    const threadId = await on.client.startThread(on.folder);
    await on.client.request("thread/shellCommand", { threadId, command: "echo from-shell" });
    const { item } = await on.client.heard(
      "item/completed",
      (event) => event.item.type === "commandExecution",
    );
    expect(item).toMatchObject({
      source: "userShell",
      aggregatedOutput: "from-shell\n",
      exitCode: 0,
    });
    await on.client.heard("turn/completed");
    await on.client.say(threadId, "what was that");
    const agent = await on.bridge.agents.next();
    const prompt = await agent.prompts.next();
    expect(JSON.stringify(prompt.input)).toContain("from-shell");
    agent.reply(prompt, "your command");
    await on.client.heard("turn/completed");
    on.client.check();
  });
});
