import { notificationSchema } from "@fairlead/codex-proto";
import { describe, expect, it } from "vitest";
import { serving } from "./support/serving.ts";
import { WireClient } from "./support/wire-client.ts";

const on = serving();
const command = { type: "command", command: "touch x", cwd: null } as const;

describe("an approval", () => {
  it("asks before a command, passes the answer on once and remembers a scope for the session", async () => {
    const threadId = await on.client.startThread(on.folder);
    await on.client.say(threadId, "run it");
    const agent = await on.bridge.agents.next();
    const prompt = await agent.prompts.next();
    const ask = { kind: "command", key: "c", reason: null, scope: "touch x" } as const;
    agent.emit({ op: "open", key: "c", item: command }, { op: "ask", id: "a1", ask });
    const request = await on.client.requests.next();
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
    await on.client.heard("turn/completed");
    expect(on.client.requests.all).toHaveLength(1);
    on.client.check();
  });

  it("tells the agent no when the user declines, and the item says so", async () => {
    const threadId = await on.client.startThread(on.folder);
    await on.client.say(threadId, "run it");
    const agent = await on.bridge.agents.next();
    const prompt = await agent.prompts.next();
    agent.emit(
      { op: "open", key: "c", item: command },
      { op: "ask", id: "a", ask: { kind: "command", key: "c", reason: null, scope: null } },
    );
    (await on.client.requests.next()).respond({ decision: "decline" });
    expect((await agent.answers.next()).answer).toEqual({ type: "decline" });
    agent.emit({ op: "end", turn: prompt.id, status: "completed" });
    const { item } = await on.client.heard(
      "item/completed",
      (event) => event.item.type === "commandExecution",
    );
    expect(item).toMatchObject({ status: "declined" });
    await on.client.heard("turn/completed");
    on.client.check();
  });

  it("calls declined what the user declined, also where the agent says that it failed", async () => {
    const threadId = await on.client.startThread(on.folder);
    await on.client.say(threadId, "run it");
    const agent = await on.bridge.agents.next();
    const prompt = await agent.prompts.next();
    agent.emit(
      { op: "open", key: "c", item: command },
      { op: "ask", id: "a", ask: { kind: "command", key: "c", reason: null, scope: null } },
    );
    (await on.client.requests.next()).respond({ decision: "decline" });
    await agent.answers.next();
    agent.emit(
      { op: "close", key: "c", status: "failed" },
      { op: "open", key: "d", item: command },
      { op: "close", key: "d", status: "failed" },
      { op: "end", turn: prompt.id, status: "completed" },
    );
    await on.client.heard("turn/completed");
    const ended = on.client.notifications.all.flatMap(({ method, params }) => {
      if (method !== "item/completed") return [];
      const { item } = notificationSchema(method).parse(params);
      return item.type === "commandExecution" ? [item.status] : [];
    });
    expect(ended).toEqual(["declined", "failed"]);
    on.client.check();
  });

  it("keeps an approval open over the loss of its client and asks the next one under the same id", async () => {
    const threadId = await on.client.startThread(on.folder);
    await on.client.say(threadId, "run it");
    const agent = await on.bridge.agents.next();
    const prompt = await agent.prompts.next();
    agent.emit(
      { op: "open", key: "c", item: command },
      { op: "ask", id: "a", ask: { kind: "command", key: "c", reason: null, scope: null } },
    );
    const first = await on.client.requests.next();
    await on.client.hangUp();
    const second = await WireClient.connect(on.server);
    const resumed = await second.request("thread/resume", { threadId });
    expect(resumed.thread.status).toEqual({ type: "active", activeFlags: ["waitingOnApproval"] });
    const again = await second.requests.next();
    expect(again.id).toBe(first.id);
    again.respond({ decision: "accept" });
    expect((await agent.answers.next()).answer).toEqual({ type: "accept" });
    agent.emit({ op: "end", turn: prompt.id, status: "completed" });
    await second.heard("turn/completed");
    on.client.check();
  });

  it("gives the first of two clients' answers and tells both that it is settled", async () => {
    const threadId = await on.client.startThread(on.folder);
    const other = await WireClient.connect(on.server);
    await other.request("thread/resume", { threadId });
    await on.client.say(threadId, "run it");
    const agent = await on.bridge.agents.next();
    const prompt = await agent.prompts.next();
    agent.emit(
      { op: "open", key: "c", item: command },
      { op: "ask", id: "a", ask: { kind: "command", key: "c", reason: null, scope: null } },
    );
    const [mine, theirs] = [await on.client.requests.next(), await other.requests.next()];
    expect(theirs.id).toBe(mine.id);
    theirs.respond({ decision: "decline" });
    expect((await agent.answers.next()).answer).toEqual({ type: "decline" });
    await on.client.heard("serverRequest/resolved", (event) => event.requestId === mine.id);
    mine.respond({ decision: "accept" });
    agent.emit({ op: "end", turn: prompt.id, status: "completed" });
    await on.client.heard("turn/completed");
    expect(agent.answers.all).toHaveLength(1);
    other.check();
  });

  it("leaves the question to another client when one gives no usable answer, and tells that one", async () => {
    const threadId = await on.client.startThread(on.folder);
    const other = await WireClient.connect(on.server);
    await other.request("thread/resume", { threadId });
    await on.client.say(threadId, "run it");
    const agent = await on.bridge.agents.next();
    const prompt = await agent.prompts.next();
    agent.emit(
      { op: "open", key: "c", item: command },
      { op: "ask", id: "a", ask: { kind: "command", key: "c", reason: null, scope: null } },
    );
    (await on.client.requests.next()).respond({ decision: "maybe" });
    expect((await on.client.heard("warning")).message).toContain("decision");
    (await other.requests.next()).respond({ decision: "accept" });
    expect((await agent.answers.next()).answer).toEqual({ type: "accept" });
    agent.emit({ op: "end", turn: prompt.id, status: "completed" });
    await on.client.heard("turn/completed");
    expect(agent.answers.all).toHaveLength(1);
    other.check();
  });

  it("waits for nobody who may not answer, and lets no lost client decide", async () => {
    const threadId = await on.client.startThread(on.folder);
    const mayAnswer = (method: string): boolean => method === "item/tool/call";
    const viewer = await WireClient.connect(on.server, [], { mayAnswer });
    const other = await WireClient.connect(on.server);
    for (const client of [viewer, other]) await client.request("thread/resume", { threadId });
    await on.client.say(threadId, "run it");
    const agent = await on.bridge.agents.next();
    const prompt = await agent.prompts.next();
    agent.emit(
      { op: "open", key: "c", item: command },
      { op: "ask", id: "a", ask: { kind: "command", key: "c", reason: null, scope: null } },
    );
    const shown = await viewer.requests.next();
    shown.respond({ decision: "accept" });
    await other.requests.next();
    await other.hangUp();
    const asked = await on.client.requests.next();
    await on.client.request("thread/loaded/list", {});
    expect(agent.answers.all).toEqual([]);
    asked.refuse("I have no screen");
    expect((await agent.answers.next()).answer).toEqual({ type: "decline" });
    agent.emit({ op: "end", turn: prompt.id, status: "completed" });
    await viewer.heard("serverRequest/resolved", ({ requestId }) => requestId === asked.id);
    await on.client.heard("turn/completed");
    on.client.check();
  });

  it("hands a client's cancel on as a no and an interrupt, and cancels what else waits", async () => {
    const threadId = await on.client.startThread(on.folder);
    await on.client.say(threadId, "run them");
    const agent = await on.bridge.agents.next();
    const prompt = await agent.prompts.next();
    const ask = { kind: "command", reason: null, scope: null } as const;
    agent.emit(
      { op: "open", key: "c", item: command },
      { op: "open", key: "d", item: command },
      { op: "ask", id: "one", ask: { ...ask, key: "c" } },
      { op: "ask", id: "other", ask: { ...ask, key: "d" } },
    );
    (await on.client.requests.next()).respond({ decision: "cancel" });
    expect(await agent.answers.next()).toEqual({ ask: "one", answer: { type: "decline" } });
    await agent.interrupts.next();
    expect(await agent.answers.next()).toEqual({ ask: "other", answer: { type: "cancel" } });
    agent.emit({ op: "end", turn: prompt.id, status: "interrupted" });
    expect((await on.client.heard("turn/completed")).turn.status).toBe("interrupted");
    on.client.check();
  });

  it("cancels what waits when the turn that runs is interrupted, whether or not it is named", async () => {
    const threadId = await on.client.startThread(on.folder);
    await on.client.say(threadId, "run it");
    const agent = await on.bridge.agents.next();
    const prompt = await agent.prompts.next();
    agent.emit(
      { op: "open", key: "c", item: command },
      { op: "ask", id: "a", ask: { kind: "command", key: "c", reason: null, scope: null } },
    );
    await on.client.requests.next();
    await expect(
      on.client.request("turn/interrupt", { threadId, turnId: "another" }),
    ).rejects.toThrow("expected active turn id `another`");
    await on.client.request("turn/interrupt", { threadId, turnId: "" });
    expect((await agent.answers.next()).answer).toEqual({ type: "cancel" });
    await agent.interrupts.next();
    agent.emit({ op: "end", turn: prompt.id, status: "interrupted" });
    expect((await on.client.heard("turn/completed")).turn.status).toBe("interrupted");
    on.client.check();
  });
});
