import { afterEach, expect, test } from "vitest";
import { frameOf, Phone, prompt } from "./phone.ts";
import { ScriptedAgent } from "./scripted-agent.ts";
import { stage, type Stage } from "./stage.ts";

const approval = "item/commandExecution/requestApproval";

let claude: ScriptedAgent;
let pi: ScriptedAgent;
let here: Stage;

function set(limits: Parameters<typeof stage>[1] = {}): void {
  claude = new ScriptedAgent("claude");
  pi = new ScriptedAgent("pi");
  here = stage([claude, pi], limits);
}

afterEach(() => here[Symbol.asyncDispose]());

/** A phone on one agent with a turn that runs. */
async function running(agent: ScriptedAgent, name = "phone") {
  const phone = await Phone.begin(here.gateway, { endpoint: agent.name, name });
  const threadId = await phone.startThread();
  const { turn } = await phone.request("turn/start", prompt(threadId, "go"));
  const thread = await agent.threads.next();
  const asked = await thread.prompts.next();
  return { phone, thread, threadId, turnId: String(frameOf(turn)["id"]), prompt: asked };
}

test("litter quirk 1: what is about a thread finds its agent over the wrong stream", async () => {
  set();
  const { phone, thread, threadId, turnId, prompt: asked } = await running(claude);
  const wrong = await Phone.begin(here.gateway, { endpoint: "pi", name: "phone" });
  expect(await wrong.request("turn/interrupt", { threadId, turnId })).toEqual({});
  await thread.interrupts.next();
  thread.emit({ op: "end", turn: asked.id, status: "interrupted" });
  await phone.heard("turn/completed");
  const { data } = await wrong.request("thread/list", {});
  expect(data).toEqual([]);
  // Another thread of that agent is none of this stream's business.
  const silent = await phone.startThread();
  await phone.heard("thread/started");
  expect(JSON.stringify(wrong.frames.all)).not.toContain(silent);
  phone.check();
  wrong.check();
});

test("litter quirk 1: a stop that names no turn stops the one that runs", async () => {
  set();
  const { thread, threadId } = await running(claude);
  const wrong = await Phone.begin(here.gateway, { endpoint: "pi", name: "phone" });
  expect(await wrong.request("turn/interrupt", { threadId, turnId: "" })).toEqual({});
  await thread.interrupts.next();
});

test("litter quirk 1: a thread nobody has spoken of is looked for; one nobody has is codex's error", async () => {
  set();
  const alone = await Phone.begin(here.gateway, { endpoint: "claude" });
  const threadId = await alone.startThread();
  alone.drop();
  const anew = here.reborn();
  const phone = await Phone.begin(anew, { endpoint: "pi", name: "phone" });
  const { thread } = await phone.request("thread/read", { threadId, includeTurns: false });
  expect(frameOf(thread)["id"]).toBe(threadId);
  const nobody = "00000000-0000-7000-8000-000000000000";
  await expect(phone.request("turn/start", prompt(nobody, "x"))).rejects.toThrow(
    `thread not found: ${nobody}`,
  );
  await expect(phone.request("thread/resume", { threadId: nobody })).rejects.toThrow(
    `no rollout found for thread id ${nobody}`,
  );
});

test("litter quirk 2: a turn and a command that are sent again after a reconnect run once", async () => {
  set();
  const phone = await Phone.begin(here.gateway, { endpoint: "claude", name: "phone" });
  const threadId = await phone.startThread();
  const before = phone.cursor;
  const params = prompt(threadId, "go");
  const id = phone.send("turn/start", params);
  const thread = await claude.threads.next();
  await thread.prompts.next();
  phone.drop();
  phone.connect(before);
  phone.send("turn/start", params, id);
  const { turn } = await phone.answerTo(id);
  thread.emit({ op: "end", status: "completed" });
  const { params: completed } = await phone.heard("turn/completed");
  expect(frameOf(frameOf(completed)["turn"])["id"]).toBe(frameOf(turn)["id"]);
  expect(thread.prompts.all).toHaveLength(1);

  const exec = {
    command: ["/bin/sh", "-c", "echo ran >> count; cat count"],
    cwd: here.folder,
    timeoutMs: 30_000,
    sandboxPolicy: { type: "dangerFullAccess" },
  };
  const at = phone.cursor;
  const execId = phone.send("command/exec", exec);
  await phone.answerTo(execId);
  phone.drop();
  phone.connect(at);
  phone.send("command/exec", exec, execId);
  expect(await phone.answerTo(execId)).toMatchObject({ exitCode: 0, stdout: "ran\n" });
});

test("litter quirk 3: approvals have ids that are strings, and no other request has", async () => {
  set();
  const one = await running(claude);
  const other = await running(pi);
  one.thread.askToRun();
  other.thread.askToRun();
  const ids = [(await one.phone.heard(approval))["id"], (await other.phone.heard(approval))["id"]];
  expect(ids[0]).toMatch(/^claude:\d+$/u);
  expect(ids[1]).toMatch(/^pi:\d+$/u);
  expect(here.gateway.state.approvals.map(({ requestId }) => requestId)).toEqual(ids);
});

test("litter quirk 4: a missed approval comes again as a request with the same id", async () => {
  set();
  const { phone, thread, prompt: asked } = await running(claude);
  thread.askToRun();
  const { id } = await phone.heard(approval);
  phone.drop();
  expect(phone.connect()).toMatchObject({ attached: "resumed" });
  expect((await phone.heard(approval))["id"]).toBe(id);
  expect(thread.answers.all).toEqual([]);
  phone.sendFrame({ id, result: { decision: "accept" } });
  phone.sendFrame({ id, result: { decision: "decline" } });
  expect(await thread.answers.next()).toEqual({ ask: "a", answer: { type: "accept" } });
  const { params } = await phone.heard("serverRequest/resolved");
  expect(frameOf(params)["requestId"]).toBe(id);
  thread.emit({ op: "close", key: "c" }, { op: "end", turn: asked.id, status: "completed" });
  await phone.heard("turn/completed");
  expect(thread.answers.all).toHaveLength(1);
  expect(here.gateway.state.approvals).toEqual([]);
});

test("litter quirk 5: a client that begins anew is given no answer to an earlier one's request", async () => {
  set();
  const { phone, threadId } = await running(claude);
  phone.send("thread/read", { threadId, includeTurns: false }, 7);
  phone.drop();
  phone.connect(null);
  await phone.initialize();
  await phone.request("thread/loaded/list", {});
  const answers = phone.frames.all.filter(({ id, method }) => id === 7 && method === undefined);
  expect(answers).toEqual([]);
});

test("litter quirk 6: a cursor that is ahead, or of an earlier life, is a drift", async () => {
  set();
  const { phone } = await running(claude);
  const seen = phone.cursor ?? 0;
  phone.drop();
  expect(phone.connect(seen + 1000)?.attached).toBe("drift");
  const later = new Phone(here.reborn(), { endpoint: "claude", name: "phone" });
  const notice = later.connect(seen);
  expect(notice?.attached).toBe("drift");
  expect(notice?.seq).toBeGreaterThan(seen);
});

test("litter quirk 7: after a drift a client hears which turn ended and is asked again what is open", async () => {
  set({ ringFrames: 16 });
  const { phone, thread, threadId, turnId, prompt: asked } = await running(claude);
  const busy = await phone.startThread();
  const { turn } = await phone.request("turn/start", prompt(busy, "go"));
  const second = await claude.threads.next();
  await second.prompts.next();
  second.askToRun();
  const { id } = await phone.heard(approval);
  phone.drop();
  thread.emit({ op: "end", turn: asked.id, status: "completed" });
  await here.told.find(([name]) => name === "turnEnded");
  const other = await Phone.begin(here.gateway, { endpoint: "claude" });
  await other.request("thread/resume", { threadId: busy });
  for (let count = 0; count < 30; count += 1) {
    second.emit({ op: "open", key: `m${count}`, item: { type: "message" } });
    second.emit({ op: "text", key: `m${count}`, delta: "more" }, { op: "close", key: `m${count}` });
  }
  for (let count = 0; count < 30; count += 1) await other.heard("item/completed");
  expect(phone.connect()?.attached).toBe("drift");
  expect(here.told.all.at(-1)?.[0]).toBe("framesDropped");
  await phone.initialize();
  const { params } = await phone.heard("turn/completed");
  expect(params).toMatchObject({ threadId, turn: { id: turnId, status: "completed" } });
  expect((await phone.heard(approval))["id"]).toBe(id);
  // Its client follows what it followed: no thread/resume is needed for more.
  phone.sendFrame({ id, result: { decision: "accept" } });
  await second.answers.next();
  second.emit({ op: "close", key: "c" }, { op: "end", status: "completed" });
  const end = await phone.heard("turn/completed");
  expect(end["params"]).toMatchObject({ turn: { id: frameOf(turn)["id"], status: "completed" } });
});

test("litter quirk 8: a second stream without a cursor takes nothing from the first; one with it does", async () => {
  set();
  const { phone, thread, prompt: asked } = await running(claude);
  const second = await Phone.begin(here.gateway, { endpoint: "claude", name: "phone" });
  await second.request("thread/loaded/list", {});
  thread.reply(asked, "still here");
  await phone.heard("turn/completed");
  const third = new Phone(here.gateway, { endpoint: "claude", name: "phone" });
  expect(third.connect(phone.cursor)?.attached).toBe("resumed");
  expect(await phone.lastClose).toContain("4001");
  phone.check();
});

test("litter quirk 10: a rollback deeper than the thread leaves an empty thread", async () => {
  set();
  const { phone, thread, threadId, prompt: asked } = await running(claude);
  thread.reply(asked, "one");
  await phone.heard("turn/completed");
  const { thread: after } = await phone.request("thread/rollback", { threadId, numTurns: 99 });
  expect(frameOf(after)["turns"]).toEqual([]);
});
