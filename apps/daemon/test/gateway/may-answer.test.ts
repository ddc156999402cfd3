import { expect, test } from "vitest";
import type { Role } from "../../src/devices/principal.ts";
import { Phone, type PhoneOptions, prompt } from "./phone.ts";
import { ScriptedAgent } from "./scripted-agent.ts";
import { stage } from "./stage.ts";

const approval = "item/commandExecution/requestApproval";

function as(role: Role, name?: string): PhoneOptions {
  const principal = { id: role, name: role, role, ended: new AbortController().signal };
  return { endpoint: "claude", principal, ...(name !== undefined && { name }) };
}

test("a question that everybody refuses who may answer it waits for no viewer, but for one who is away", async () => {
  const claude = new ScriptedAgent("claude");
  await using here = stage([claude]);
  const driver = await Phone.begin(here.gateway, as("drive"));
  const approver = await Phone.begin(here.gateway, as("approve", "watch"));
  const viewer = await Phone.begin(here.gateway, as("view", "wall"));
  const threadId = await driver.startThread();
  for (const phone of [approver, viewer]) await phone.request("thread/resume", { threadId });
  await driver.request("turn/start", prompt(threadId, "go"));
  const thread = await claude.threads.next();
  const asked = await thread.prompts.next();
  thread.askToRun();
  const { id } = await approver.heard(approval);
  approver.drop();
  await driver.heard(approval);
  driver.sendFrame({ id, error: { code: -32_000, message: "no screen" } });
  await driver.request("thread/loaded/list", {});
  expect(thread.answers.all).toEqual([]);
  approver.connect();
  approver.sendFrame({ id, error: { code: -32_000, message: "no screen either" } });
  expect((await thread.answers.next()).answer).toEqual({ type: "decline" });
  thread.emit({ op: "close", key: "c" }, { op: "end", turn: asked.id, status: "completed" });
  await viewer.heard("turn/completed");
  expect(viewer.all(approval)).toEqual([]);
});
