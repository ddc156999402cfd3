import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Mailbox } from "../../../../packages/bridge-core/test/support/mailbox.ts";
import { frameOf, Phone, type PhoneOptions, prompt } from "./phone.ts";
import { ScriptedAgent } from "./scripted-agent.ts";
import { stage, type Stage } from "./stage.ts";
import { WireAgent, type WireLine } from "./wire-agent.ts";

const approval = "item/commandExecution/requestApproval";
const asks = { threadId: "t", turnId: "u", itemId: "i", startedAtMs: 1, environmentId: null };
const turn = {
  id: "u",
  rootTurnId: null,
  items: [],
  itemsView: "notLoaded",
  status: "inProgress",
  error: null,
  startedAt: 1,
  completedAt: null,
  durationMs: null,
};

let codex: WireAgent;
let agents: (WireAgent | ScriptedAgent)[];
let here: Stage;

beforeEach(() => {
  codex = new WireAgent();
  agents = [codex];
  here = stage(agents);
});
afterEach(async () => {
  vi.useRealTimers();
  await here[Symbol.asyncDispose]();
});

/** A client that follows a thread. */
async function following(
  options: Partial<PhoneOptions> = {},
): Promise<{ readonly phone: Phone; readonly line: WireLine }> {
  const phone = await Phone.begin(here.gateway, { endpoint: "codex", name: "phone", ...options });
  const asked = phone.request("thread/resume", { threadId: "t" });
  const line = await codex.lines.next();
  await line.answer("thread/resume", { thread: { id: "t", turns: [] } });
  await asked;
  return { phone, line };
}

test("a client that asks nothing is asked again once somebody else uses the agent that was lost", async () => {
  const watching = await following({ name: "watch" });
  const driving = await following();
  for (const { line } of [watching, driving]) line.die();
  await expect.poll(() => here.told.all.some(([name]) => name === "agentLost")).toBe(true);
  const listed = driving.phone.send("model/list", {});
  const lines = [await codex.lines.next(), await codex.lines.next()];
  for (const line of lines) await line.answer("thread/resume", { thread: { id: "t" } });
  for (const line of lines) line.send({ method: approval, id: 0, params: asks });
  const { id } = await watching.phone.heard(approval);
  expect((await driving.phone.heard(approval))["id"]).toBe(id);
  await Promise.race(lines.map((line) => line.answer("model/list", { data: [] })));
  expect(await driving.phone.answerTo(listed)).toEqual({ data: [] });
});

test("nobody starts an agent again that was lost, before somebody uses it", async () => {
  const { line } = await following();
  line.die();
  await here.told.find(([name]) => name === "agentLost");
  await Phone.begin(here.gateway, { endpoint: "codex", name: "other" });
  expect(codex.lines.all).toHaveLength(1);
});

test("an agent that a reload has made anew serves the sessions there are", async () => {
  const { phone, line } = await following();
  codex.refusal = "it was put away";
  const anew = new WireAgent();
  agents.splice(0, 1, anew);
  line.die("its settings changed");
  const listed = phone.request("model/list", {});
  const next = await anew.lines.next();
  await next.answer("thread/resume", { thread: { id: "t" } });
  await next.answer("model/list", { data: [] });
  expect(await listed).toEqual({ data: [] });
});

test("an agent that a reload has switched off says so, and its question is over", async () => {
  const { phone, line } = await following();
  line.send({ method: approval, id: 0, params: asks });
  const { id } = await phone.heard(approval);
  agents.splice(0, 1);
  line.die("it was switched off");
  const { params } = await phone.heard("serverRequest/resolved");
  expect(params).toEqual({ threadId: "t", requestId: id });
  await expect(phone.request("model/list", {})).rejects.toThrow("it is switched off");
});

test("a thread that cannot be followed again holds up nothing else, and is followed once it can", async () => {
  const { phone, line } = await following();
  line.die();
  await here.told.find(([name]) => name === "agentLost");
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const listed = phone.request("model/list", {});
  const next = await codex.lines.next();
  await next.asked("thread/resume");
  await vi.advanceTimersByTimeAsync(10_000);
  await next.answer("model/list", { data: [] });
  expect(await listed).toEqual({ data: [] });
  await vi.advanceTimersByTimeAsync(120_000);
  const later = phone.request("model/list", {});
  await next.answer("model/list", { data: [1] });
  expect(await later).toEqual({ data: [1] });
});

test("a thread stays followed when the agent is lost again while it is resumed", async () => {
  const { phone, line } = await following();
  line.die();
  const first = phone.request("model/list", {});
  const second = await codex.lines.next();
  await second.asked("thread/resume");
  second.die();
  await expect(first).rejects.toThrow("cannot be reached");
  phone.send("model/list", {});
  const third = await codex.lines.next();
  expect((await third.asked("thread/resume"))["params"]).toMatchObject({ threadId: "t" });
});

test("an agent that never takes a connection is given up, and what comes too late is closed", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const phone = await Phone.begin(here.gateway, { endpoint: "codex" });
  const taken = new Mailbox<true>();
  const connect = codex.connect.bind(codex);
  codex.connect = async () => {
    await taken.next();
    return connect();
  };
  const listed = phone.request("model/list", {});
  const failed = expect(listed).rejects.toThrow("it takes too long to answer");
  await vi.advanceTimersByTimeAsync(60_000);
  await failed;
  taken.put(true);
  const line = await codex.lines.next();
  await line.ends.next();
});

test("a turn that outlives its connection does not end twice for its client", async () => {
  const { phone, line } = await following();
  line.send({ method: "turn/started", params: { threadId: "t", turn } });
  await phone.heard("turn/started");
  line.die();
  await phone.heard("turn/completed");
  const listed = phone.send("model/list", {});
  const next = await codex.lines.next();
  await next.answer("thread/resume", { thread: { id: "t" } });
  const message = { type: "agentMessage", id: "m", text: "", phase: null, memoryCitation: null };
  const at = { threadId: "t", turnId: "u" };
  next.send({ method: "item/started", params: { ...at, item: message, startedAtMs: 1 } });
  next.send({ method: "item/agentMessage/delta", params: { ...at, itemId: "m", delta: "a" } });
  next.send({ method: approval, id: 7, params: asks });
  expect((await phone.heard("warning"))["params"]).toMatchObject({ threadId: "t" });
  await phone.heard(approval);
  const ended = { ...turn, status: "completed" };
  next.send({ method: "turn/completed", params: { threadId: "t", turn: ended } });
  await next.answer("model/list", {});
  await phone.answerTo(listed);
  expect(phone.all("turn/completed")).toHaveLength(1);
  expect(phone.all("item/started")).toEqual([]);
  expect(phone.all("warning")).toHaveLength(1);
});

test("a turn that a client has loaded again after the loss ends for it", async () => {
  const { phone, line } = await following();
  line.send({ method: "turn/started", params: { threadId: "t", turn } });
  await phone.heard("turn/started");
  line.die();
  await phone.heard("turn/completed");
  const resumed = phone.request("thread/resume", { threadId: "t" });
  const next = await codex.lines.next();
  await next.answer("thread/resume", { thread: { id: "t" } });
  await next.answer("thread/resume", { thread: { id: "t", turns: [turn] } });
  await resumed;
  const ended = { ...turn, status: "completed" };
  next.send({ method: "turn/completed", params: { threadId: "t", turn: ended } });
  expect((await phone.heard("turn/completed"))["params"]).toMatchObject({
    turn: { status: "completed" },
  });
});

test("whether a request that was lost has had an effect is not known, and nobody says otherwise", async () => {
  const { phone, line } = await following();
  const started = phone.request("turn/start", prompt("t", "go"));
  const listed = phone.request("model/list", {});
  await line.asked("turn/start");
  line.die();
  await expect(started).rejects.toThrow("look before you send it again");
  await expect(listed).rejects.toThrow("Send it again.");
});

test("a client that came into the middle of a turn is told of its end when the agent is lost", async () => {
  const claude = new ScriptedAgent("claude");
  agents.push(claude);
  await using own = stage(agents);
  const phone = await Phone.begin(own.gateway, { endpoint: "claude", name: "phone" });
  const threadId = await phone.startThread();
  const { turn: running } = await phone.request("turn/start", prompt(threadId, "go"));
  await (await claude.threads.next()).prompts.next();
  await phone.heard("turn/started");
  const other = await Phone.begin(own.gateway, { endpoint: "claude", name: "other" });
  await other.request("thread/resume", { threadId, excludeTurns: true });
  await claude.restart();
  const { params } = await other.heard("turn/completed");
  expect(params).toMatchObject({
    threadId,
    turn: { id: frameOf(running)["id"], status: "failed" },
  });
  other.check();
});
