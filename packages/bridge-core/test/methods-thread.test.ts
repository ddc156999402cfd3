import { tmpdir } from "node:os";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createAgentServer, type AgentServer } from "../src/server/agent-server.ts";
import { scriptedBridge, type ScriptedBridge } from "./support/scripted-bridge.ts";
import { WireClient } from "./support/wire-client.ts";

const folder = tmpdir();
let bridge: ScriptedBridge;
let server: AgentServer;
let client: WireClient;
let threadId: string;

/** A whole turn in the thread; returns its id. */
async function turn(text: string, answer: string): Promise<string> {
  const started = client.say(threadId, text);
  const agent = bridge.agents.all.at(-1) ?? (await bridge.agents.next());
  agent.reply(await agent.prompts.next(), answer);
  const turnId = await started;
  await client.heard("turn/completed", (event) => event.turn.id === turnId);
  return turnId;
}

async function items(turnId: string): Promise<string[]> {
  const { data } = await client.request("thread/items/list", { threadId, turnId });
  return data.map(({ item }) => item.id);
}

beforeEach(async () => {
  bridge = scriptedBridge();
  server = createAgentServer({
    bridge: bridge.factory,
    dataDir: null,
    defaultCwd: folder,
    environment: async () => ({ SHELL: "/opt/shells/nice" }),
  });
  client = await WireClient.connect(server);
  threadId = await client.startThread(folder);
});

afterEach(async () => {
  client.check();
  await client.hangUp();
  await server[Symbol.asyncDispose]();
});

describe("thread/items/read", () => {
  it("gives the named items of a turn in their order, as thread/items/list does", async () => {
    const turnId = await turn("one", "two");
    const [first = "", second = ""] = await items(turnId);
    const { data: listed } = await client.request("thread/items/list", { threadId });
    const itemIds = [second, "unknown", first];
    const { data } = await client.request("thread/items/read", { threadId, turnId, itemIds });
    expect(data).toEqual(listed);
    expect(data.map(({ item }) => item.type)).toEqual(["userMessage", "agentMessage"]);
  });

  it("refuses an unknown turn, and no items", async () => {
    const turnId = await turn("one", "two");
    const unknown = { threadId, turnId: "none", itemIds: ["x"] };
    await expect(client.raw("thread/items/read", unknown)).rejects.toMatchObject({
      code: -32600,
      message: "turn not found: none",
    });
    const nothing = { threadId, turnId, itemIds: [] };
    await expect(client.raw("thread/items/read", nothing)).rejects.toMatchObject({
      code: -32602,
      message: "itemIds: must name 1 to 100 items",
    });
  });
});

describe("thread/searchOccurrences", () => {
  it("finds every place in messages and answers, whatever the case, page by page", async () => {
    const first = await turn("İ want a (pear)", `${"x".repeat(80)}(PEAR) and (Pear)`);
    const second = await turn("no fruit", "a (pear)");
    const request = { threadId, searchTerm: "(pear)" };
    const page = await client.request("thread/searchOccurrences", { ...request, limit: 3 });
    const { nextCursor: cursor } = page;
    const rest = await client.request("thread/searchOccurrences", { ...request, cursor });
    expect(rest.nextCursor).toBeNull();
    const found = [...page.data, ...rest.data];
    const hit = ({ snippet, snippetMatchRange: { start, end } }: (typeof found)[number]) =>
      snippet.slice(start, end);
    expect(found.map(hit)).toEqual(["(pear)", "(PEAR)", "(Pear)", "(pear)"]);
    expect(found.map((one) => one.turnId)).toEqual([first, first, first, second]);
    const [one = "", two = ""] = await items(first);
    expect(found.slice(0, 3).map((place) => place.itemId)).toEqual([one, two, two]);
  });

  it("leads to the turn", async () => {
    await turn("one", "two");
    const turnId = await turn("pear", "three");
    const { data } = await client.request("thread/searchOccurrences", {
      threadId,
      searchTerm: "pear",
    });
    const cursor = data[0]?.turnCursor ?? null;
    const page = await client.request("thread/turns/list", { threadId, cursor, limit: 1 });
    expect(page.data.map(({ id }) => id)).toEqual([turnId]);
  });

  it("refuses an empty term and an unknown thread", async () => {
    const empty = client.raw("thread/searchOccurrences", { threadId, searchTerm: "" });
    await expect(empty).rejects.toMatchObject({ code: -32602 });
    const unknown = client.raw("thread/searchOccurrences", { threadId: "none", searchTerm: "x" });
    await expect(unknown).rejects.toMatchObject({ code: -32600 });
  });
});

describe("thread/settings/update", () => {
  it("holds from the next turn on, and every subscriber is told", async () => {
    await client.request("thread/settings/update", { threadId, model: "small", effort: "low" });
    const { threadSettings } = await client.heard("thread/settings/updated");
    expect(threadSettings).toMatchObject({ model: "small", effort: "low" });
    await client.request("thread/settings/update", {
      threadId,
      collaborationMode: {
        mode: "plan",
        settings: { model: "large", reasoning_effort: null, developer_instructions: null },
      },
    });
    await client.say(threadId, "go");
    const agent = await bridge.agents.next();
    const prompt = await agent.prompts.next();
    expect(prompt.settings).toMatchObject({ model: "large", effort: "low", mode: "plan" });
    agent.reply(prompt, "gone");
    await client.heard("turn/completed");
  });

  it("warns of what the operator does not allow", async () => {
    await client.request("thread/settings/update", {
      threadId,
      approvalPolicy: "never",
      sandboxPolicy: { type: "dangerFullAccess" },
    });
    const { message } = await client.heard("warning", (event) => event.threadId === threadId);
    expect(message).toMatch(/approvals stay on .*the sandbox is `workspace-write`/);
  });

  it("refuses a request that would change nothing", async () => {
    const update = { threadId, serviceTier: "fast", summary: "none" };
    await expect(client.raw("thread/settings/update", update)).rejects.toMatchObject({
      code: -32600,
      message:
        "serviceTier, summary: cannot be set here; only cwd, approvalPolicy, sandboxPolicy, permissions, " +
        "model, effort, collaborationMode can",
    });
  });

  it("takes the sandbox by its permission profile", async () => {
    await client.request("thread/settings/update", { threadId, permissions: ":read-only" });
    const { threadSettings } = await client.heard("thread/settings/updated");
    expect(threadSettings.sandboxPolicy).toEqual({ type: "readOnly", networkAccess: false });
    expect(threadSettings.activePermissionProfile).toEqual({ id: ":read-only", extends: null });
  });

  it.each([
    [{ permissions: ":mine" }, "unknown profile :mine; there are :read-only, :workspace, "],
    [
      { permissions: ":workspace", sandboxPolicy: { type: "dangerFullAccess" } },
      "cannot be combined with a sandbox",
    ],
  ])("refuses the profile of %j", async (wrong, message) => {
    const update = client.raw("thread/settings/update", { threadId, ...wrong });
    await expect(update).rejects.toMatchObject({
      code: -32602,
      message: expect.stringContaining(`permissions: ${message}`),
    });
  });

  it("has no reviewer of approvals but the user", async () => {
    const own = { threadId, approvalsReviewer: "user", effort: "low" };
    expect(await client.raw("thread/settings/update", own)).toEqual({});
    const other = { threadId, approvalsReviewer: "auto_review", effort: "high" };
    await expect(client.raw("thread/settings/update", other)).rejects.toMatchObject({
      code: -32600,
      message: "approvalsReviewer: approvals are asked of the user only",
    });
  });

  it("refuses a thread that is not loaded", async () => {
    const unknown = client.raw("thread/settings/update", { threadId: "none", model: "x" });
    await expect(unknown).rejects.toMatchObject({ message: "thread not found: none" });
  });
});

describe("thread/metadata/update", () => {
  it("changes what it names of the git facts, and keeps the rest", async () => {
    const first = { sha: "a".repeat(40), branch: "main" };
    await client.request("thread/metadata/update", { threadId, gitInfo: first });
    const { thread } = await client.request("thread/metadata/update", {
      threadId,
      gitInfo: { branch: null, originUrl: "https://example.org/x.git" },
    });
    const gitInfo = { sha: first.sha, branch: null, originUrl: "https://example.org/x.git" };
    expect(thread.gitInfo).toEqual(gitInfo);
    expect((await client.request("thread/read", { threadId })).thread.gitInfo).toEqual(gitInfo);
  });

  it("refuses projects, which do not exist here", async () => {
    const moved = client.raw("thread/metadata/update", { threadId, projectId: "p" });
    await expect(moved).rejects.toMatchObject({
      code: -32602,
      message: "projectId: there are no projects here",
    });
  });
});

describe("thread/unsubscribe", () => {
  it("says whether there was something to end", async () => {
    const status = async (id: string) =>
      (await client.request("thread/unsubscribe", { threadId: id })).status;
    expect(await status(threadId)).toBe("unsubscribed");
    expect(await status(threadId)).toBe("notSubscribed");
    expect(await status("none")).toBe("notLoaded");
  });

  it("ends the notifications of the thread for this client alone", async () => {
    const other = await WireClient.connect(server);
    await other.request("thread/resume", { threadId });
    await client.request("thread/unsubscribe", { threadId });
    await other.request("thread/settings/update", { threadId, effort: "high" });
    await other.heard("thread/settings/updated");
    await other.hangUp();
    expect(client.story).not.toContain("thread/settings/updated");
  });
});

describe("turn/steer", () => {
  it("shows the input in the turn and hands it to the agent", async () => {
    const turnId = await client.say(threadId, "go");
    const agent = await bridge.agents.next();
    const prompt = await agent.prompts.next();
    const input = [{ type: "text" as const, text: "left", text_elements: [] }];
    const answer = await client.request("turn/steer", { threadId, input, expectedTurnId: turnId });
    expect(answer).toEqual({ turnId });
    await agent.steers.next();
    agent.reply(prompt, "gone left");
    await client.heard("turn/completed");
    const { data } = await client.request("thread/items/list", { threadId, turnId });
    const types = data.map(({ item }) => item.type);
    expect(types).toEqual(["userMessage", "userMessage", "agentMessage"]);
  });

  it("refuses when no turn runs, or another one", async () => {
    const input = [{ type: "text" as const, text: "left", text_elements: [] }];
    const steer = (expectedTurnId: string): Promise<unknown> =>
      client.raw("turn/steer", { threadId, input, expectedTurnId });
    await expect(steer("any")).rejects.toMatchObject({
      code: -32600,
      message: "no active turn to steer",
    });
    const turnId = await client.say(threadId, "go");
    await expect(steer("other")).rejects.toMatchObject({
      code: -32600,
      message: expect.stringContaining(turnId),
    });
    const agent = await bridge.agents.next();
    agent.reply(await agent.prompts.next(), "done");
    await client.heard("turn/completed");
  });
});

describe("thread/compact/start", () => {
  it("is a turn that fails when the agent cannot", async () => {
    expect(await client.request("thread/compact/start", { threadId })).toEqual({});
    const { turn: failed } = await client.heard("turn/completed");
    expect(failed).toMatchObject({
      status: "failed",
      error: { message: "Scripted cannot compact on demand" },
    });
    client.check();
  });
});

describe("thread/backgroundTerminals/clean", () => {
  it("has nothing to do unless the agent works in the background", async () => {
    const clean = () => client.raw("thread/backgroundTerminals/clean", { threadId });
    expect(await clean()).toEqual({});
    await turn("go", "done");
    bridge.agents.all.at(-1)?.emit({ op: "background", running: true });
    await turn("again", "done");
    await expect(clean()).rejects.toMatchObject({
      code: -32600,
      message: expect.stringContaining("belongs to the agent"),
    });
  });
});

describe("review/start", () => {
  const told = [
    [{ type: "uncommittedChanges" }, /^Review the uncommitted changes/, "current changes"],
    [{ type: "baseBranch", branch: "main" }, /left the branch `main`/, "changes against 'main'"],
    [
      { type: "commit", sha: "1234abc", title: "Fix" },
      /commit 1234abc \(Fix\)/,
      "commit 1234abc: Fix",
    ],
    [{ type: "custom", instructions: "Look at names." }, /^Look at names\.$/, "Look at names."],
  ] as const;

  it.each(told)("tells the agent to review %j, in review mode", async (target, text, subject) => {
    const answered = client.request("review/start", { threadId, target });
    const agent = await bridge.agents.next();
    const prompt = await agent.prompts.next();
    expect(prompt.input).toMatchObject([{ type: "text", text: expect.stringMatching(text) }]);
    agent.reply(prompt, "no problems");
    const { turn: begun, reviewThreadId } = await answered;
    expect(reviewThreadId).toBe(threadId);
    const { turn: ended } = await client.heard("turn/completed");
    expect(ended).toMatchObject({ id: begun.id, status: "completed" });
    const { thread } = await client.request("thread/read", { threadId, includeTurns: true });
    expect(thread.turns.at(-1)?.items).toMatchObject([
      { type: "userMessage" },
      { type: "enteredReviewMode", review: subject },
      { type: "agentMessage" },
      { type: "exitedReviewMode", review: "no problems" },
    ]);
    client.check();
  });
});

describe("the environment threads work in", () => {
  it("is ready and has the user's shell", async () => {
    const environmentId = "local";
    expect(await client.request("environment/status", { environmentId })).toEqual({
      status: "ready",
    });
    const { shell, cwd } = await client.request("environment/info", { environmentId });
    expect(shell).toEqual({ name: "nice", path: "/opt/shells/nice" });
    expect(cwd).toBe(`file://${folder}`);
  });

  it("is the only one", async () => {
    const environmentId = "elsewhere";
    expect(await client.request("environment/status", { environmentId })).toEqual({
      status: "unknown",
    });
    await expect(client.raw("environment/info", { environmentId })).rejects.toMatchObject({
      code: -32600,
      message: "environment not found: elsewhere; there is only local",
    });
  });

  it("is the one of a thread", async () => {
    const { thread } = await client.request("thread/read", { threadId });
    expect(thread.environments?.map(({ environmentId }) => environmentId)).toEqual(["local"]);
  });
});
