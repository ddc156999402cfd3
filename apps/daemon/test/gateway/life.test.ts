import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { Principal, Role } from "../../src/devices/principal.ts";
import { frameOf, Phone, prompt } from "./phone.ts";
import { ScriptedAgent } from "./scripted-agent.ts";
import { stage, type Stage } from "./stage.ts";

const approval = "item/commandExecution/requestApproval";
let claude: ScriptedAgent;
let here: Stage;

function set(limits: Parameters<typeof stage>[1] = {}): void {
  claude = new ScriptedAgent("claude");
  here = stage([claude], limits);
}

afterEach(() => here[Symbol.asyncDispose]());

function device(role: Role): { readonly principal: Principal; readonly revoke: () => void } {
  const ended = new AbortController();
  const principal = { id: `id-${role}`, name: `my ${role}`, role, ended: ended.signal };
  return { principal, revoke: () => ended.abort() };
}

async function running(phone: Phone) {
  const threadId = await phone.startThread();
  const { turn } = await phone.request("turn/start", prompt(threadId, "go"));
  const thread = await claude.threads.next();
  const asked = await thread.prompts.next();
  return { threadId, turnId: String(frameOf(turn)["id"]), thread, asked };
}

test("after a kill a client that comes back is told how its turn ended and that its question is over", async () => {
  set();
  const phone = await Phone.begin(here.gateway, { endpoint: "claude", name: "phone" });
  const { threadId, turnId, thread } = await running(phone);
  thread.askToRun();
  const { id } = await phone.heard(approval);
  phone.drop();
  const replacement = new ScriptedAgent("claude");
  const anew = here.reborn([replacement]);
  expect(anew.state.cutTurns).toMatchObject([{ agent: "claude", threadId, turnId }]);
  expect(anew.state).toMatchObject({ turns: [], approvals: [] });
  const back = new Phone(anew, { endpoint: "claude", name: "phone" });
  expect(back.connect(phone.cursor)?.attached).toBe("drift");
  await back.initialize();
  const { params: resolved } = await back.heard("serverRequest/resolved");
  expect(resolved).toEqual({ threadId, requestId: id });
  expect((await back.heard("thread/status/changed"))["params"]).toMatchObject({ threadId });
  const { params } = await back.heard("turn/completed");
  expect(params).toMatchObject({ threadId, turn: { id: turnId, status: "failed" } });
  // It is told once.
  const again = new Phone(anew, { endpoint: "claude", name: "phone" });
  again.connect(phone.cursor);
  await again.initialize();
  await again.request("thread/loaded/list", {});
  expect(again.all("turn/completed")).toEqual([]);
});

test("a turn that ended while nobody listened is told with its true status after the session is over", async () => {
  set({ sessionIdleMs: 20 });
  const phone = await Phone.begin(here.gateway, { endpoint: "claude", name: "phone" });
  const { threadId, turnId, thread, asked } = await running(phone);
  await here.told.find(([name]) => name === "turnStarted");
  const seen = phone.cursor;
  phone.drop();
  thread.reply(asked, "done");
  await here.told.find(([name]) => name === "turnEnded");
  const other = await Phone.begin(here.gateway, { endpoint: "claude", name: "other" });
  await expect
    .poll(() => here.gateway.state.sessions.map(({ client }) => client))
    .toEqual(["other"]);
  expect(phone.connect(seen)?.attached).toBe("drift");
  await phone.initialize();
  const { params } = await phone.heard("turn/completed");
  expect(params).toMatchObject({ threadId, turn: { id: turnId, status: "completed" } });
  other.drop();
});

test("an end that only a dead connection was given is told again", async () => {
  set({ sessionIdleMs: 20 });
  const phone = await Phone.begin(here.gateway, { endpoint: "claude", name: "phone" });
  const { turnId, thread, asked } = await running(phone);
  const before = phone.cursor;
  thread.reply(asked, "done");
  await phone.heard("turn/completed");
  phone.drop();
  await expect.poll(() => here.gateway.state.sessions).toEqual([]);
  const unsure = new Phone(here.gateway, { endpoint: "claude", name: "phone" });
  expect(unsure.connect(before)?.attached).toBe("drift");
  await unsure.initialize();
  const { params } = await unsure.heard("turn/completed");
  expect(params).toMatchObject({ turn: { id: turnId, status: "completed" } });
});

test("what a client has proven to have seen end is not told again", async () => {
  set({ sessionIdleMs: 20 });
  const phone = await Phone.begin(here.gateway, { endpoint: "claude", name: "phone" });
  const { thread, asked } = await running(phone);
  thread.reply(asked, "done");
  await phone.heard("turn/completed");
  phone.drop();
  await expect.poll(() => here.gateway.state.sessions).toEqual([]);
  expect(phone.connect()?.attached).toBe("drift");
  await phone.initialize();
  await phone.request("thread/loaded/list", {});
  expect(phone.all("turn/completed")).toHaveLength(1);
});

test("corrupt files are set aside and named, and stop nothing", async () => {
  set();
  await writeFile(join(here.folder, "threads.json"), "{");
  await writeFile(join(here.folder, "open-turns.json"), '{"version":7}');
  const anew = here.reborn();
  const phone = await Phone.begin(anew, { endpoint: "claude", name: "phone" });
  await phone.startThread();
  for (const name of ["threads.json", "open-turns.json"]) {
    const file = join(here.folder, name);
    expect(await readFile(`${file}.corrupt`, "utf8")).not.toBe("");
    expect(here.log.all.join("\n")).toContain(`${file}.corrupt`);
  }
});

test("who is who: an unknown agent is refused with the ones there are", () => {
  set();
  const { principal } = device("drive");
  expect(here.gateway.open(principal, { endpoint: "shell" })).toEqual({
    refusal: "agent `shell` is disabled or unknown: use one of claude",
  });
});

test("roles: a viewer sees and is not asked, an approver answers, neither drives", async () => {
  set();
  const driver = await Phone.begin(here.gateway, { endpoint: "claude", name: "a" });
  const { threadId, thread, asked } = await running(driver);
  const { principal: view } = device("view");
  const { principal: approve } = device("approve");
  const viewer = await Phone.begin(here.gateway, { endpoint: "claude", principal: view });
  const approver = await Phone.begin(here.gateway, { endpoint: "claude", principal: approve });
  await viewer.request("thread/resume", { threadId });
  await approver.request("thread/resume", { threadId });
  thread.askToRun();
  const { id } = await approver.heard(approval);
  await viewer.frames.find(({ params }) => JSON.stringify(params)?.includes("waitingOnApproval"));
  await expect(viewer.request("turn/start", prompt(threadId, "x"))).rejects.toThrow(
    'turn/start needs the role `drive`, and this device has `view`: on the host, run `fairlead devices role "my view" drive`',
  );
  await expect(approver.request("command/exec", { command: ["true"] })).rejects.toThrow("`drive`");
  viewer.sendFrame({ id, result: { decision: "accept" } });
  approver.sendFrame({ id, result: { decision: "decline" } });
  expect((await thread.answers.next()).answer).toEqual({ type: "decline" });
  thread.emit({ op: "close", key: "c" }, { op: "end", turn: asked.id, status: "completed" });
  await viewer.heard("turn/completed");
  expect(viewer.all(approval)).toEqual([]);
  expect(viewer.all("serverRequest/resolved")).toEqual([]);
  expect(here.told.all.filter(([name]) => name === "refused")).toHaveLength(2);
  const answered = here.told.all.filter(([name]) => name === "answered").map(([, event]) => event);
  expect(answered).toMatchObject([{ decision: "decline", requestId: id, threadId }]);
});

test("a device that is revoked is cut off at once, its sessions too", async () => {
  set();
  const { principal, revoke } = device("drive");
  const named = await Phone.begin(here.gateway, { endpoint: "claude", name: "p", principal });
  const anonymous = await Phone.begin(here.gateway, { endpoint: "claude", principal });
  const away = await Phone.begin(here.gateway, { endpoint: "claude", name: "q", principal });
  away.drop();
  revoke();
  expect(await named.lastClose).toMatch(/^4003 This device was revoked/u);
  expect(await anonymous.lastClose).toMatch(/^4003/u);
  expect(here.gateway.state.sessions).toEqual([]);
  expect(here.gateway.open(principal, { endpoint: "claude" })).toHaveProperty("refusal");
});

test("an anonymous client ends with its connection; one with a session keeps its connections", async () => {
  set();
  const phone = await Phone.begin(here.gateway, { endpoint: "claude" });
  await phone.startThread();
  expect(here.gateway.state.sessions).toMatchObject([{ device: "local", connected: true }]);
  phone.drop();
  await expect.poll(() => here.gateway.state.sessions).toEqual([]);
  const named = await Phone.begin(here.gateway, { endpoint: "claude", name: "phone" });
  const { thread, asked } = await running(named);
  const { connections } = claude;
  named.drop();
  thread.reply(asked, "while you were away");
  await here.told.find(([name]) => name === "turnEnded");
  expect(named.connect()?.attached).toBe("resumed");
  await named.heard("turn/completed");
  expect(claude.connections).toBe(connections);
  named.check();
});

test("the observer hears of a turn once, however many clients see it", async () => {
  set();
  const phone = await Phone.begin(here.gateway, { endpoint: "claude", name: "phone" });
  const { threadId, thread, asked, turnId } = await running(phone);
  const other = await Phone.begin(here.gateway, { endpoint: "claude", name: "laptop" });
  await other.request("thread/resume", { threadId });
  expect(here.gateway.state.turns).toMatchObject([{ threadId, turnId }]);
  thread.reply(asked, "hello");
  await phone.heard("turn/completed");
  await other.heard("turn/completed");
  const names = here.told.all.map(([name]) => name).filter((name) => /turn|delta/iu.test(name));
  expect(names).toEqual(["turnStarted", "firstDelta", "turnEnded"]);
  expect(here.told.all).toContainEqual([
    "requested",
    { agent: "claude", method: "turn/start", threadId, detail: null },
  ]);
  expect(here.gateway.state.turns).toEqual([]);
});

test("a turn whose clients are all gone still counts as running, with its question, until it ends", async () => {
  set();
  const phone = await Phone.begin(here.gateway, { endpoint: "claude" });
  const { threadId, turnId, thread, asked } = await running(phone);
  thread.askToRun();
  const { id } = await phone.heard(approval);
  phone.drop();
  await expect
    .poll(() => here.gateway.state)
    .toMatchObject({ sessions: [], turns: [{ turnId }], approvals: [{ requestId: id, threadId }] });
  const other = await Phone.begin(here.gateway, { endpoint: "claude", name: "laptop" });
  await other.request("thread/resume", { threadId });
  other.sendFrame({ id: (await other.heard(approval))["id"], result: { decision: "accept" } });
  await thread.answers.next();
  other.drop();
  thread.emit({ op: "close", key: "c" }, { op: "end", turn: asked.id, status: "completed" });
  const [, event, status] = await here.told.find(([name]) => name === "turnEnded");
  expect([event, status]).toMatchObject([{ threadId, turnId }, "completed"]);
  await expect.poll(() => here.gateway.state).toMatchObject({ turns: [], approvals: [] });
});
