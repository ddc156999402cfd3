import { afterEach, expect, test } from "vitest";
import { localOperator } from "../../src/devices/principal.ts";
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

async function running(phone: Phone) {
  const threadId = await phone.startThread();
  const { turn } = await phone.request("turn/start", prompt(threadId, "go"));
  const thread = await claude.threads.next();
  const asked = await thread.prompts.next();
  await phone.heard("turn/started");
  return { threadId, turnId: String(frameOf(turn)["id"]), thread, asked };
}

/** The phone is away while more happens than is kept for it. */
async function outrun(phone: Phone) {
  const turn = await running(phone);
  const seen = phone.cursor;
  phone.drop();
  const other = await Phone.begin(here.gateway, { endpoint: "claude", name: "other" });
  await other.request("thread/resume", { threadId: turn.threadId });
  for (let count = 0; count < 30; count += 1) {
    turn.thread.emit({ op: "open", key: `m${count}`, item: { type: "message" } });
    turn.thread.emit(
      { op: "text", key: `m${count}`, delta: "x" },
      { op: "close", key: `m${count}` },
    );
  }
  for (let count = 0; count < 30; count += 1) await other.heard("item/completed");
  turn.thread.askToRun();
  const { id } = await other.heard(approval);
  return { ...turn, seen, other, id };
}

test("a connection that is lost before its handshake loses nothing of what the session had open", async () => {
  set({ ringFrames: 16 });
  const phone = await Phone.begin(here.gateway, { endpoint: "claude", name: "phone" });
  const { seen, id, thread } = await outrun(phone);
  expect(phone.connect(seen)?.attached).toBe("drift");
  phone.drop();
  expect(phone.connect(seen)?.attached).toBe("drift");
  await phone.initialize();
  expect((await phone.heard(approval))["id"]).toBe(id);
  phone.sendFrame({ id, result: { decision: "accept" } });
  expect((await thread.answers.next()).answer).toEqual({ type: "accept" });
  expect(here.gateway.state.sessions.filter(({ client }) => client === "phone")).toHaveLength(1);
});

test("an old cursor takes nothing from a client that is there", async () => {
  set({ ringFrames: 16 });
  const phone = await Phone.begin(here.gateway, { endpoint: "claude", name: "phone" });
  const { seen, id, thread } = await outrun(phone);
  expect(phone.connect(seen)?.attached).toBe("drift");
  await phone.initialize();
  expect((await phone.heard(approval))["id"]).toBe(id);
  const late = new Phone(here.gateway, { endpoint: "claude", name: "phone" });
  expect(late.connect(seen)?.attached).toBe("drift");
  await late.initialize();
  phone.sendFrame({ id, result: { decision: "accept" } });
  expect((await thread.answers.next()).answer).toEqual({ type: "accept" });
});

test("a turn that a client follows again after its session was over ends for it when the agent dies", async () => {
  set({ sessionIdleMs: 20 });
  const phone = await Phone.begin(here.gateway, { endpoint: "claude", name: "phone" });
  const { threadId, turnId, thread } = await running(phone);
  thread.askToRun();
  const { id } = await phone.heard(approval);
  const seen = phone.cursor;
  phone.drop();
  await expect.poll(() => here.gateway.state.sessions).toEqual([]);
  expect(phone.connect(seen)?.attached).toBe("drift");
  await phone.initialize();
  expect((await phone.heard(approval))["id"]).toBe(id);
  await claude.restart();
  const { params } = await phone.heard("turn/completed");
  expect(params).toMatchObject({ threadId, turn: { id: turnId, status: "failed" } });
});

test("a gateway that is over takes nobody, and says why", async () => {
  set();
  const opened = here.gateway.open(localOperator, { endpoint: "claude" });
  await here.gateway[Symbol.asyncDispose]();
  expect(here.gateway.open(localOperator, { endpoint: "claude" })).toEqual({
    refusal: "Fairlead is shutting down",
  });
  expect(here.gateway.state.sessions).toEqual([]);
  expect(opened).not.toHaveProperty("refusal");
});
