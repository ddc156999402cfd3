import { afterEach, beforeEach, expect, test } from "vitest";
import { frameOf, Phone, prompt } from "./phone.ts";
import { ScriptedAgent } from "./scripted-agent.ts";
import { stage, type Stage } from "./stage.ts";

const all = { endpoint: null, name: "tui" } as const;
const sonnet = "pi/anthropic/sonnet";
let claude: ScriptedAgent;
let pi: ScriptedAgent;
let here: Stage;
let tui: Phone;
let threadId: string;

beforeEach(async () => {
  claude = new ScriptedAgent("claude");
  claude.models = ["opus"];
  pi = new ScriptedAgent("pi");
  pi.models = ["anthropic/sonnet"];
  here = stage([claude, pi]);
  tui = await Phone.begin(here.gateway, all);
  const { thread } = await tui.request("thread/start", { model: "claude/opus" });
  threadId = String(frameOf(thread)["id"]);
});
afterEach(() => here[Symbol.asyncDispose]());

/** The threads an agent holds, also those nobody has spoken in. */
async function threadsOf(agent: string): Promise<unknown> {
  const client = await Phone.begin(here.gateway, { endpoint: agent });
  return (await client.request("thread/loaded/list", {}))["data"];
}

test("requests that come while a thread moves wait for it: the turn runs at its new agent", async () => {
  tui.send("thread/settings/update", { threadId, model: sonnet });
  const { turn } = await tui.request("turn/start", prompt(threadId, "go"));
  const thread = await pi.threads.next();
  thread.reply(await thread.prompts.next(), "hello");
  const { params } = await tui.heard("turn/completed");
  expect(params).toMatchObject({ threadId, turn: { id: frameOf(turn)["id"] } });
  expect(claude.threads.all.flatMap(({ prompts }) => prompts.all)).toEqual([]);
  tui.check();
});

test("a model that is chosen twice, by two clients too, moves the thread once", async () => {
  const other = await Phone.begin(here.gateway, { endpoint: null, name: "phone" });
  await other.request("thread/resume", { threadId });
  const chosen = { threadId, model: sonnet };
  tui.send("thread/settings/update", chosen);
  const again = other.request("thread/settings/update", chosen);
  await tui.request("turn/start", { ...prompt(threadId, "go"), model: sonnet });
  await again;
  const thread = await pi.threads.next();
  thread.reply(await thread.prompts.next(), "hello");
  await tui.heard("turn/completed");
  expect(await threadsOf("pi")).toHaveLength(1);
});

test("what a client has set on a thread holds at the agent it moves to", async () => {
  const readOnly = { type: "readOnly", networkAccess: false };
  await tui.request("thread/settings/update", { threadId, approvalPolicy: "never" });
  await tui.request("thread/settings/update", {
    threadId,
    approvalPolicy: "untrusted",
    sandboxPolicy: readOnly,
  });
  await tui.request("thread/settings/update", { threadId, model: sonnet });
  const resumed = await tui.request("thread/resume", { threadId });
  expect(resumed).toMatchObject({
    model: sonnet,
    approvalPolicy: "untrusted",
    sandbox: { type: "readOnly" },
  });
});

test("what another client has set on a thread holds at the agent it is moved to", async () => {
  await tui.request("thread/settings/update", { threadId, approvalPolicy: "untrusted" });
  const other = await Phone.begin(here.gateway, { endpoint: null, name: "phone" });
  await other.request("thread/settings/update", { threadId, model: sonnet });
  const resumed = await other.request("thread/resume", { threadId });
  expect(resumed).toMatchObject({ model: sonnet, approvalPolicy: "untrusted" });
});

test("the turn of a moved thread ends under the id clients know when its agent is lost", async () => {
  await tui.request("thread/settings/update", { threadId, model: sonnet });
  await tui.request("turn/start", prompt(threadId, "go"));
  const thread = await pi.threads.next();
  await thread.prompts.next();
  thread.askToRun();
  const { id } = await tui.heard("item/commandExecution/requestApproval");
  await pi.restart();
  const { params } = await tui.heard("turn/completed");
  expect(params).toMatchObject({ threadId, turn: { status: "failed" } });
  const ends = tui.all("serverRequest/resolved").map((frame) => frame["params"]);
  expect(ends).toEqual([{ threadId, requestId: id }]);
  tui.check();
});
