import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { frameOf, Phone, prompt } from "./phone.ts";
import { ScriptedAgent } from "./scripted-agent.ts";
import { stage, type Stage } from "./stage.ts";
import { WireAgent } from "./wire-agent.ts";

let claude: ScriptedAgent;
let codex: WireAgent;
let here: Stage;

beforeEach(() => {
  claude = new ScriptedAgent("claude");
  codex = new WireAgent();
  here = stage([claude, codex]);
});
afterEach(async () => {
  vi.useRealTimers();
  await here[Symbol.asyncDispose]();
});

test("after a kill a client is told of the end of a turn it ran over the wrong stream", async () => {
  const owner = await Phone.begin(here.gateway, { endpoint: "claude" });
  const threadId = await owner.startThread();
  const phone = await Phone.begin(here.gateway, { endpoint: "codex", name: "phone" });
  const { turn } = await phone.request("turn/start", prompt(threadId, "go"));
  await phone.heard("turn/started");
  phone.drop();
  const back = new Phone(here.reborn([new ScriptedAgent("claude"), new WireAgent()]), {
    endpoint: "codex",
    name: "phone",
  });
  expect(back.connect(phone.cursor)?.attached).toBe("drift");
  await back.initialize();
  const { params } = await back.heard("turn/completed");
  expect(params).toMatchObject({ threadId, turn: { id: frameOf(turn)["id"], status: "failed" } });
});

test("what a request over the wrong stream has made is told over that stream", async () => {
  const phone = await Phone.begin(here.gateway, { endpoint: "claude", name: "phone" });
  const other = await Phone.begin(here.gateway, { endpoint: "codex", name: "other" });
  const read = other.request("thread/resume", { threadId: "t" });
  const first = await codex.lines.next();
  await first.answer("thread/resume", { thread: { id: "t", turns: [] } });
  await read;
  const reviewed = phone.request("review/start", { threadId: "t", delivery: "detached" });
  const line = await codex.lines.next();
  await line.answer("review/start", { turn: { id: "u" }, reviewThreadId: "r" });
  await reviewed;
  line.send({ method: "turn/started", params: { threadId: "r", turn: { id: "u" } } });
  expect((await phone.heard("turn/started"))["params"]).toMatchObject({ threadId: "r" });
  line.send({ method: "turn/started", params: { threadId: "x", turn: { id: "y" } } });
  line.send({ method: "vendor/news", params: { threadId: "r" } });
  await phone.heard("vendor/news");
  expect(phone.all("turn/started")).toHaveLength(1);
});

test("an agent that never answers hides no thread of another one", async () => {
  const owner = await Phone.begin(here.gateway, { endpoint: "claude" });
  const threadId = await owner.startThread();
  const hung = new WireAgent("amp");
  const anew = here.reborn([hung, claude]);
  const tui = await Phone.begin(anew, { endpoint: null, name: "tui" });
  const { thread } = await tui.request("thread/read", { threadId, includeTurns: false });
  expect(frameOf(thread)["id"]).toBe(threadId);
  expect(hung.lines.all).toHaveLength(1);
});

test("an agent that never answers delays a list of all agents once, and later ones hardly", async () => {
  const tui = await Phone.begin(here.gateway, { endpoint: null, name: "tui" });
  await tui.request("thread/start", { model: "claude/opus" });
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const first = tui.request("thread/loaded/list", {});
  const line = await codex.lines.next();
  await line.asked("thread/loaded/list");
  await vi.advanceTimersByTimeAsync(10_000);
  expect((await first)["data"]).toHaveLength(1);
  const second = tui.request("thread/loaded/list", {});
  await line.asked("thread/loaded/list");
  await vi.advanceTimersByTimeAsync(1000);
  expect((await second)["data"]).toHaveLength(1);
});
