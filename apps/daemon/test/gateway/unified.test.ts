import { afterEach, beforeEach, expect, test } from "vitest";
import { type Frame, frameOf, Phone, prompt } from "./phone.ts";
import { ScriptedAgent } from "./scripted-agent.ts";
import { stage, type Stage } from "./stage.ts";

const approval = "item/commandExecution/requestApproval";
let claude: ScriptedAgent;
let pi: ScriptedAgent;
let here: Stage;

beforeEach(() => {
  claude = new ScriptedAgent("claude");
  claude.models = ["opus", "haiku"];
  pi = new ScriptedAgent("pi");
  pi.models = ["anthropic/sonnet"];
  here = stage([claude, pi]);
});
afterEach(() => here[Symbol.asyncDispose]());

const all = { endpoint: null, name: "tui" } as const;

function rowsOf(result: Frame): readonly Frame[] {
  const { data } = result;
  return Array.isArray(data) ? data.map(frameOf) : [];
}

async function start(client: Phone, model: string): Promise<string> {
  const started = await client.request("thread/start", { model });
  expect(started["model"]).toBe(model);
  return String(frameOf(started["thread"])["id"]);
}

test("every agent's models and threads are one list; a thread goes to the agent of its model", async () => {
  const tui = await Phone.begin(here.gateway, all);
  const models = rowsOf(await tui.request("model/list", { includeHidden: true }));
  expect(models.map(({ id, isDefault }) => [id, isDefault])).toEqual([
    ["claude/opus", true],
    ["claude/haiku", false],
    ["pi/anthropic/sonnet", false],
  ]);
  const ofClaude = await start(tui, "claude/haiku");
  const ofPi = await start(tui, "pi/anthropic/sonnet");
  await tui.request("turn/start", prompt(ofPi, "go"));
  const piThread = await pi.threads.next();
  const asked = await piThread.prompts.next();
  expect(asked.settings.model).toBe("anthropic/sonnet");
  piThread.askToRun();
  const { id } = await tui.heard(approval);
  tui.sendFrame({ id, result: { decision: "accept" } });
  await piThread.answers.next();
  piThread.emit({ op: "close", key: "c" }, { op: "end", turn: asked.id, status: "completed" });
  await tui.heard("turn/completed");
  await tui.request("turn/start", prompt(ofClaude, "go"));
  const claudeThread = await claude.threads.next();
  claudeThread.reply(await claudeThread.prompts.next(), "hello");
  await tui.heard("turn/completed");
  const listed = rowsOf(await tui.request("thread/list", {}));
  expect(new Set(listed.map(({ id: threadId }) => threadId))).toEqual(new Set([ofClaude, ofPi]));
  const { data: loaded } = await tui.request("thread/loaded/list", {});
  expect(loaded).toEqual(expect.arrayContaining([ofClaude, ofPi]));
  tui.check();
});

test("a thread nobody has spoken in moves with the model chosen for it, and keeps its id", async () => {
  const tui = await Phone.begin(here.gateway, all);
  const threadId = await start(tui, "claude/opus");
  await tui.request("thread/settings/update", { threadId, model: "pi/anthropic/sonnet" });
  const { turn } = await tui.request("turn/start", {
    ...prompt(threadId, "go"),
    model: "pi/anthropic/sonnet",
  });
  const thread = await pi.threads.next();
  const asked = await thread.prompts.next();
  expect(asked.settings.model).toBe("anthropic/sonnet");
  thread.askToRun();
  const question = await tui.heard(approval);
  expect(frameOf(question["params"])["threadId"]).toBe(threadId);
  await tui.request("turn/interrupt", { threadId, turnId: frameOf(turn)["id"] });
  await thread.interrupts.next();
  thread.emit({ op: "end", turn: asked.id, status: "interrupted" });
  const { params } = await tui.heard("turn/completed");
  expect(frameOf(params)["threadId"]).toBe(threadId);
  expect(claude.threads.all.flatMap(({ prompts }) => prompts.all)).toEqual([]);
  expect(tui.all("thread/started")).toHaveLength(1);
  const listed = rowsOf(await tui.request("thread/list", {}));
  expect(listed.map(({ id }) => id)).toEqual([threadId]);
  const read = await tui.request("thread/read", { threadId, includeTurns: true });
  expect(frameOf(read["thread"])["id"]).toBe(threadId);
  expect(thread.nativeId).not.toBe(threadId);
  tui.check();

  const later = await Phone.begin(here.reborn(), all);
  const resumed = await later.request("thread/resume", { threadId, model: "claude/opus" });
  expect(resumed["model"]).toBe("pi/anthropic/sonnet");
  expect(frameOf(resumed["thread"])["id"]).toBe(threadId);
});

test("a thread with turns keeps its agent: another one's model is refused with a sentence", async () => {
  const tui = await Phone.begin(here.gateway, all);
  const threadId = await start(tui, "claude/opus");
  await tui.request("turn/start", prompt(threadId, "go"));
  const thread = await claude.threads.next();
  thread.reply(await thread.prompts.next(), "hello");
  await tui.heard("turn/completed");
  const other = { ...prompt(threadId, "go on"), model: "pi/anthropic/sonnet" };
  await expect(tui.request("turn/start", other)).rejects.toThrow(
    "This thread belongs to claude; start a new thread to use pi/anthropic/sonnet",
  );
  await tui.request("turn/start", { ...prompt(threadId, "go on"), model: "claude/haiku" });
  expect((await thread.prompts.next()).settings.model).toBe("haiku");
});

test("an agent that is not there is no obstacle, and an unknown thread is codex's error", async () => {
  pi.isAvailable = false;
  const tui = await Phone.begin(here.gateway, all);
  const models = rowsOf(await tui.request("model/list", { includeHidden: true }));
  expect(models.map(({ id }) => id)).toEqual(["claude/opus", "claude/haiku"]);
  expect(pi.connections).toBe(0);
  const nobody = "00000000-0000-7000-8000-000000000000";
  await expect(tui.request("thread/resume", { threadId: nobody })).rejects.toThrow(
    `no rollout found for thread id ${nobody}`,
  );
});

test("a utility of the host runs at one agent, and what it started is found again there", async () => {
  const tui = await Phone.begin(here.gateway, all);
  const running = tui.send("command/exec", {
    command: ["/bin/cat"],
    cwd: here.folder,
    processId: "cat",
    streamStdin: true,
    sandboxPolicy: { type: "dangerFullAccess" },
  });
  const input = { processId: "cat", deltaBase64: btoa("hello"), closeStdin: true };
  await tui.request("command/exec/write", input);
  expect(await tui.answerTo(running)).toMatchObject({ exitCode: 0 });
});
