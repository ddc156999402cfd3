import { afterEach, beforeEach, expect, test } from "vitest";
import { frameOf, Phone, type PhoneOptions, prompt } from "./phone.ts";
import { ScriptedAgent } from "./scripted-agent.ts";
import { stage, type Stage } from "./stage.ts";
import { WireAgent, type WireLine } from "./wire-agent.ts";

const approval = "item/commandExecution/requestApproval";
const asks = { threadId: "t", turnId: "u", itemId: "i", startedAtMs: 1, environmentId: null };

let codex: WireAgent;
let here: Stage;

beforeEach(() => {
  codex = new WireAgent();
  here = stage([codex]);
});
afterEach(() => here[Symbol.asyncDispose]());

/** A client with its line, after an answered request. */
async function online(
  options: Partial<PhoneOptions> = {},
): Promise<{ readonly phone: Phone; readonly line: WireLine }> {
  const phone = await Phone.begin(here.gateway, { endpoint: "codex", name: "phone", ...options });
  const asked = phone.request("thread/loaded/list", {});
  const line = await codex.lines.next();
  await line.answer("thread/loaded/list", { data: [] });
  await asked;
  return { phone, line };
}

test("connects on the first request, once, with the client's own introduction and ids", async () => {
  const clientInfo = { name: "codex-tui", title: "TUI", version: "0.169.0" };
  const phone = new Phone(here.gateway, { endpoint: "codex", clientInfo });
  phone.connect();
  const identity = await phone.initialize("initialize");
  expect(identity["userAgent"]).toMatch(/^codex-tui\/\d+\.\d+\.\d+ \(fairlead; codex\)/u);
  expect(codex.lines.all).toEqual([]);
  phone.sendFrame({ id: "one", method: "model/list", params: {} });
  phone.sendFrame({ id: 2, method: "account/read", params: { refreshToken: false } });
  const line = await codex.lines.next();
  const { params } = await line.asked("initialize");
  expect(params).toMatchObject({ clientInfo, capabilities: { experimentalApi: true } });
  await line.asked("initialized");
  const [models, account] = [await line.asked("model/list"), await line.asked("account/read")];
  line.send({ id: account["id"], result: { second: true } });
  line.sendText(`{"id":${String(models["id"])},"result":{"first": 1e2}} `);
  expect(await phone.answerTo(2)).toEqual({ second: true });
  expect(await phone.answerTo("one")).toEqual({ first: 100 });
  expect(codex.lines.all).toHaveLength(1);
});

test("what the client muted is muted, and what the gateway needs is not muted at the agent", async () => {
  const phone = new Phone(here.gateway, { endpoint: "codex" });
  phone.connect();
  const optOutNotificationMethods = ["turn/completed", "thread/tokenUsage/updated"];
  const clientInfo = { name: "test", title: null, version: "1" };
  const capabilities = {
    experimentalApi: true,
    requestAttestation: false,
    optOutNotificationMethods,
  };
  phone.sendFrame({ id: 0, method: "initialize", params: { clientInfo, capabilities } });
  await phone.answerTo(0);
  phone.send("model/list", {});
  const line = await codex.lines.next();
  const { params } = await line.asked("initialize");
  expect(frameOf(frameOf(params)["capabilities"])["optOutNotificationMethods"]).toEqual([
    "thread/tokenUsage/updated",
  ]);
  line.send({ method: "turn/completed", params: { threadId: "t", turn: { id: "u" } } });
  line.send({ method: "vendor/news", params: {} });
  await phone.heard("vendor/news");
  expect(phone.all("turn/completed")).toEqual([]);
});

test("requests counted from 0 get names that stay unique when codex starts anew", async () => {
  const { phone, line } = await online();
  line.send({ method: approval, id: 0, params: asks });
  const first = await phone.heard(approval);
  expect(first["id"]).toMatch(/^codex:\d+\.0$/u);
  expect(first["params"]).toEqual(asks);
  phone.sendFrame({ id: first["id"], result: { decision: "accept" } });
  phone.sendFrame({ id: first["id"], result: { decision: "decline" } });
  phone.send("model/list", {});
  const answer = await line.received.find((frame) => frame["id"] === 0 && !("method" in frame));
  expect(answer).toEqual({ id: 0, result: { decision: "accept" } });
  await line.answer("model/list", {});
  expect(line.received.all.filter((frame) => "result" in frame)).toHaveLength(1);
  line.send({ method: "serverRequest/resolved", params: { threadId: "t", requestId: 0 } });
  const { params } = await phone.heard("serverRequest/resolved");
  expect(params).toEqual({ threadId: "t", requestId: first["id"] });

  line.die();
  await here.told.find(([name]) => name === "agentLost");
  phone.send("model/list", {});
  const second = await codex.lines.next();
  second.send({ method: "vendor/confirm", id: 0, params: { sure: true } });
  const later = await phone.heard("vendor/confirm");
  expect(later["id"]).not.toBe(first["id"]);
  expect(String(later["id"])).toMatch(/^codex:\d+\.0$/u);
  phone.sendFrame({ id: later["id"], error: { code: -32_601, message: "what is that?" } });
  const refused = await second.received.find((frame) => "error" in frame);
  expect(refused).toMatchObject({ id: 0, error: { code: -32_601, message: "what is that?" } });
});

test("two clients of one codex know a request of it by one name, and each is told its end", async () => {
  const one = await online();
  const other = await online({ name: "laptop" });
  for (const { line } of [one, other]) line.send({ method: approval, id: 1, params: asks });
  const { id } = await one.phone.heard(approval);
  expect((await other.phone.heard(approval))["id"]).toBe(id);
  expect(here.gateway.state.approvals).toMatchObject([{ requestId: id, agent: "codex" }]);
});

test("two processes of codex that count alike are told apart", async () => {
  const one = await online();
  const other = await online({ name: "laptop" });
  one.line.send({ method: approval, id: 0, params: asks });
  other.line.send({ method: approval, id: 0, params: { ...asks, threadId: "another" } });
  const { id } = await one.phone.heard(approval);
  const { id: second } = await other.phone.heard(approval);
  expect(second).not.toBe(id);
  other.phone.sendFrame({ id: second, result: { decision: "accept" } });
  const answer = await other.line.received.find((frame) => frame["id"] === 0 && "result" in frame);
  expect(answer["result"]).toEqual({ decision: "accept" });
});

test("a lost agent: requests fail, questions are withdrawn, turns end as failed, threads come back", async () => {
  const { phone, line } = await online();
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
  const started = phone.request("turn/start", prompt("t", "go"));
  await line.answer("turn/start", { turn });
  await started;
  line.send({ method: "turn/started", params: { threadId: "t", turn } });
  const message = { type: "agentMessage", id: "m", text: "", phase: null, memoryCitation: null };
  const at = { threadId: "t", turnId: "u" };
  line.send({ method: "item/started", params: { ...at, item: message, startedAtMs: 1 } });
  for (const delta of ['half "itemId":"x" ', "a sent"]) {
    line.send({ method: "item/agentMessage/delta", params: { ...at, itemId: "m", delta } });
  }
  line.send({ method: approval, id: 0, params: { ...asks, itemId: "m" } });
  const { id } = await phone.heard(approval);
  const lost = phone.request("model/list", {});
  await line.asked("model/list");
  line.die();
  await expect(lost).rejects.toThrow("lost while it worked on this request (codex crashed)");
  const from = phone.frames.all.findIndex((frame) => frame["id"] === id) + 1;
  const { params } = await phone.heard("turn/completed");
  expect(params).toMatchObject({
    threadId: "t",
    turn: { id: "u", status: "failed", error: { message: expect.stringContaining("crashed") } },
  });
  const methods = phone.frames.all.slice(from).map(({ method }) => method);
  expect(methods.filter((method) => method !== undefined)).toEqual([
    "serverRequest/resolved",
    "item/completed",
    "thread/status/changed",
    "error",
    "turn/completed",
  ]);
  expect(frameOf(phone.all("item/completed")[0]?.["params"])["item"]).toMatchObject({
    id: "m",
    text: 'half "itemId":"x" a sent',
  });
  expect(here.told.all.filter(([name]) => name === "agentLost")).toEqual([
    ["agentLost", "codex", "codex crashed"],
  ]);
  expect(here.gateway.state).toMatchObject({ turns: [], approvals: [] });

  const after = phone.request("model/list", {});
  const next = await codex.lines.next();
  const resumed = await next.asked("thread/resume");
  expect(resumed["params"]).toEqual({ threadId: "t", excludeTurns: true });
  expect(next.received.all.map(({ method }) => method)).not.toContain("model/list");
  next.send({ id: resumed["id"], result: { thread: { id: "t" } } });
  await next.answer("model/list", { data: [] });
  expect(await after).toEqual({ data: [] });
});

test("a long text with everything in it is complete when its agent is lost", async () => {
  const { phone, line } = await online();
  const at = { threadId: "t", turnId: "u" };
  line.send({ method: "turn/started", params: { threadId: "t", turn: { id: "u" } } });
  const message = { type: "agentMessage", id: "m", text: "", phase: null, memoryCitation: null };
  const reasoning = { type: "reasoning", id: "r", summary: [], content: [] };
  for (const item of [message, reasoning]) {
    line.send({ method: "item/started", params: { ...at, item, startedAtMs: 1 } });
  }
  const pieces = Array.from({ length: 600 }, (_, index) => `${index} "\\" \n \ud83d\ude00 \\" `);
  for (const delta of pieces) {
    line.send({ method: "item/agentMessage/delta", params: { ...at, itemId: "m", delta } });
  }
  for (const [summaryIndex, delta] of ["one", "two"].entries()) {
    const params = { ...at, itemId: "r", delta, summaryIndex };
    line.send({ method: "item/reasoning/summaryTextDelta", params });
  }
  line.die();
  await phone.heard("turn/completed");
  const ended = phone.all("item/completed").map(({ params }) => frameOf(params)["item"]);
  expect(ended).toMatchObject([
    { id: "m", text: pieces.join("") },
    { id: "r", summary: ["one", "two"] },
  ]);
});

test("an agent that cannot be reached is an answer, and is tried again", async () => {
  codex.refusal = "codex is not installed: npm i -g @openai/codex";
  const phone = await Phone.begin(here.gateway, { endpoint: "codex" });
  await expect(phone.request("model/list", {})).rejects.toThrow("npm i -g @openai/codex");
  codex.refusal = null;
  const asked = phone.request("model/list", {});
  const line = await codex.lines.next();
  await line.answer("model/list", { data: [] });
  expect(await asked).toEqual({ data: [] });
});

test("a restart of a real server ends its turn in the order of the wire", async () => {
  const claude = new ScriptedAgent("claude");
  await using own = stage([claude]);
  const phone = await Phone.begin(own.gateway, { endpoint: "claude", name: "phone" });
  const threadId = await phone.startThread();
  await phone.request("turn/start", prompt(threadId, "go"));
  const thread = await claude.threads.next();
  await thread.prompts.next();
  thread.emit({ op: "open", key: "m", item: { type: "message" } });
  thread.emit({ op: "text", key: "m", delta: "so far" });
  thread.askToRun();
  await phone.heard(approval);
  await claude.restart();
  const { params } = await phone.heard("turn/completed");
  expect(params).toMatchObject({ turn: { status: "failed" } });
  phone.check();
});

test("a frame that is no frame is counted, and the connection goes on", async () => {
  const { phone, line } = await online();
  line.sendText("not json");
  line.send({ method: "vendor/news", params: {} });
  await phone.heard("vendor/news");
  expect(here.told.all).toContainEqual(["framesDropped", 1]);
});
