import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { frameOf, Phone, prompt } from "./phone.ts";
import { ScriptedAgent } from "./scripted-agent.ts";
import { stage, type Stage } from "./stage.ts";

const clientInfo = { name: "Litter", version: "1.0" };

let pi: ScriptedAgent;
let here: Stage;

/** `dataDir`: where its threads outlive a restart. */
function set(dataDir: string | null = null): void {
  pi = new ScriptedAgent("pi", dataDir);
  pi.models = ["anthropic/sonnet", "openai/gpt-5"];
  here = stage([pi]);
}

afterEach(() => here[Symbol.asyncDispose]());

async function scratchFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), "fairlead-litter-"));
  return {
    path,
    async [Symbol.asyncDispose]() {
      await here[Symbol.asyncDispose]();
      await rm(path, { recursive: true });
    },
  };
}

/** A thread with one turn that is over. */
async function talked(phone: Phone, text: string): Promise<string> {
  const threadId = await phone.startThread();
  await phone.request("turn/start", prompt(threadId, text));
  const thread = await pi.threads.next();
  thread.reply(await thread.prompts.next(), "done");
  await phone.heard("turn/completed");
  return threadId;
}

test("litter quirk 11: pages, and threads that are not loaded are idle, to litter alone", async () => {
  await using folder = await scratchFolder();
  set(folder.path);
  const phone = await Phone.begin(here.gateway, { endpoint: "pi", clientInfo });
  const ids = [await talked(phone, "one"), await talked(phone, "two")];
  const changed = phone.all("thread/status/changed").map(({ params }) => frameOf(params)["status"]);
  expect(changed).toContainEqual({ type: "active", activeFlags: [] });
  await pi.restart();
  const later = await Phone.begin(here.gateway, { endpoint: "pi", clientInfo });
  const first = await later.request("thread/list", { limit: 1 });
  const second = await later.request("thread/list", { limit: 1, cursor: first["nextCursor"] });
  const rows = [first, second].flatMap(({ data }) =>
    Array.isArray(data) ? data.map(frameOf) : [],
  );
  expect(new Set(rows.map(({ id }) => id))).toEqual(new Set(ids));
  expect(rows.map(({ status }) => status)).toEqual([{ type: "idle" }, { type: "idle" }]);
  const other = await Phone.begin(here.gateway, { endpoint: "pi" });
  const { data } = await other.request("thread/list", { limit: 1 });
  expect(data).toMatchObject([{ status: { type: "notLoaded" } }]);
});

test("litter quirk 12: on the endpoint of one agent its models have the agent's own names", async () => {
  set();
  const phone = await Phone.begin(here.gateway, { endpoint: "pi", clientInfo });
  const { data } = await phone.request("model/list", {});
  const ids = (Array.isArray(data) ? data.map(frameOf) : []).map(({ id }) => id);
  expect(ids).toEqual(["anthropic/sonnet", "openai/gpt-5"]);
  const started = await phone.request("thread/start", { model: "openai/gpt-5" });
  expect(started).toMatchObject({ model: "openai/gpt-5", modelProvider: "pi" });
});

test("litter quirk 13: no output makes a line too long for litter to see its number", async () => {
  set();
  const phone = await Phone.begin(here.gateway, { endpoint: "pi", clientInfo, name: "phone" });
  const threadId = await phone.startThread();
  await phone.request("turn/start", prompt(threadId, "much"));
  const thread = await pi.threads.next();
  const { id: turn } = await thread.prompts.next();
  const item = { type: "command", command: "yes", cwd: null } as const;
  const output = "y\n".repeat(2 * 1024 * 1024);
  thread.emit(
    { op: "open", key: "c", item },
    { op: "output", key: "c", delta: output },
    { op: "close", key: "c", item: { ...item, exitCode: 0 }, output },
    { op: "end", turn, status: "completed" },
  );
  await phone.heard("turn/completed");
  const longest = Math.max(...phone.frames.all.map((frame) => JSON.stringify(frame).length));
  expect(longest).toBeLessThan(1024 * 1024);
  expect(phone.frames.all.every((frame) => typeof frame["_alleycat_seq"] === "number")).toBe(true);
});
