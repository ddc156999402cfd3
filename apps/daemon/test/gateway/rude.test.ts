import { afterEach, beforeEach, expect, test } from "vitest";
import type { Principal, Role } from "../../src/devices/principal.ts";
import { Phone, prompt } from "./phone.ts";
import { ScriptedAgent } from "./scripted-agent.ts";
import { stage, type Stage } from "./stage.ts";
import { WireAgent } from "./wire-agent.ts";

const approval = "item/commandExecution/requestApproval";
let codex: WireAgent;
let claude: ScriptedAgent;
let here: Stage;

beforeEach(() => {
  codex = new WireAgent();
  claude = new ScriptedAgent("claude");
  here = stage([codex, claude]);
});
afterEach(() => here[Symbol.asyncDispose]());

function device(
  id: string,
  role: Role,
): { readonly principal: Principal; readonly end: () => void } {
  const ended = new AbortController();
  return { principal: { id, name: id, role, ended: ended.signal }, end: () => ended.abort() };
}

test("a thousand requests at once reach their agent in their order, each answered once", async () => {
  const phone = await Phone.begin(here.gateway, { endpoint: "codex", name: "phone" });
  const ids = Array.from({ length: 1000 }, (_, index) => phone.send("model/list", { index }));
  const line = await codex.lines.next();
  for (const _ of ids) await line.answer("model/list", { data: [] });
  await phone.answerTo(ids.at(-1) ?? 0);
  const asked = line.received.all.filter(({ method }) => method === "model/list");
  expect(asked.map(({ params }) => params)).toEqual(ids.map((_, index) => ({ index })));
  const answers = phone.frames.all.filter(
    ({ result, id }) => result !== undefined && id !== "initialize",
  );
  expect(answers.map(({ id }) => id)).toEqual(ids);
});

test("a device whose role is lowered answers nothing more, and its question waits for another", async () => {
  const driver = device("phone", "drive");
  const phone = await Phone.begin(here.gateway, {
    endpoint: "claude",
    name: "phone",
    principal: driver.principal,
  });
  const threadId = await phone.startThread();
  await phone.request("turn/start", prompt(threadId, "go"));
  const thread = await claude.threads.next();
  await thread.prompts.next();
  thread.askToRun();
  const { id } = await phone.heard(approval);
  // Its answer is on the way when the operator takes the role.
  phone.sendFrame({ id, result: { decision: "accept" } });
  driver.end();
  expect(await phone.lastClose).toMatch(/^4003/u);
  const { principal } = device("phone", "view");
  const viewer = new Phone(here.gateway, { endpoint: "claude", name: "phone", principal });
  expect(viewer.connect(phone.cursor)?.attached).toBe("drift");
  await viewer.initialize();
  viewer.sendFrame({ id, result: { decision: "accept" } });
  await viewer.request("thread/loaded/list", {});
  expect(viewer.all(approval)).toEqual([]);
  const other = await Phone.begin(here.gateway, { endpoint: "claude", name: "laptop" });
  await other.request("thread/resume", { threadId });
  other.sendFrame({ id: (await other.heard(approval))["id"], result: { decision: "decline" } });
  expect((await thread.answers.next()).answer).toEqual({ type: "decline" });
  expect(thread.answers.all).toHaveLength(1);
});

test("a device answers no question of another one's session", async () => {
  const phone = await Phone.begin(here.gateway, { endpoint: "claude", name: "phone" });
  const threadId = await phone.startThread();
  await phone.request("turn/start", prompt(threadId, "go"));
  const thread = await claude.threads.next();
  await thread.prompts.next();
  thread.askToRun();
  const { id } = await phone.heard(approval);
  const { principal } = device("stranger", "drive");
  const stranger = new Phone(here.gateway, { endpoint: "claude", name: "phone", principal });
  expect(stranger.connect(phone.cursor)?.attached).toBe("drift");
  await stranger.initialize();
  stranger.sendFrame({ id, result: { decision: "accept" } });
  await stranger.request("thread/loaded/list", {});
  phone.sendFrame({ id, result: { decision: "decline" } });
  expect((await thread.answers.next()).answer).toEqual({ type: "decline" });
});

test("frames that are none, ids used twice and a handshake too early or twice are each answered for", async () => {
  const phone = new Phone(here.gateway, { endpoint: "codex", name: "phone" });
  phone.connect();
  await expect(phone.request("model/list", {})).rejects.toThrow("Not initialized");
  await phone.initialize();
  await expect(phone.initialize("again")).rejects.toThrow("Already initialized");
  phone.sendFrame({ id: 1.5, method: "model/list" });
  await phone.heard("warning");
  for (const params of [null, [], "x"]) phone.sendFrame({ id: 77, method: "model/list", params });
  const line = await codex.lines.next();
  for (let count = 0; count < 3; count += 1) await line.answer("model/list", { count });
  expect(await phone.answerTo(77)).toEqual({ count: 0 });
  expect(await phone.answerTo(77)).toEqual({ count: 1 });
  expect(await phone.answerTo(77)).toEqual({ count: 2 });
});
