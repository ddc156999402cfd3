import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { Prompt } from "../src/index.ts";
import { stage, type Stage } from "./support/adversity.ts";
import type { ScriptedAgent } from "./support/scripted-bridge.ts";
import { fieldsOf, SessionClient, turnParams, type Fields } from "./support/session-client.ts";

const command = { type: "command", command: "touch x", cwd: null } as const;
const ask = { kind: "command", key: "c", reason: null, scope: null } as const;
const approval = "item/commandExecution/requestApproval";

let here: Stage;

afterEach(() => here.server[Symbol.asyncDispose]());

interface Running {
  readonly client: SessionClient;
  readonly agent: ScriptedAgent;
  readonly prompt: Prompt;
  readonly threadId: string;
}

/** A client of a device, with a turn that runs. */
async function running(options: Parameters<typeof stage>[0] = {}): Promise<Running> {
  here = stage(options);
  const client = await SessionClient.begin(here.server);
  const threadId = await client.startThread(tmpdir());
  await client.request("turn/start", turnParams(threadId, "go"));
  const agent = await here.agents.next();
  return { client, agent, prompt: await agent.prompts.next(), threadId };
}

/** `command/exec` of a shell script that streams what it prints. */
function exec(cwd: string, script: string): Fields {
  return {
    command: ["/bin/sh", "-c", script],
    cwd,
    processId: "p",
    streamStdoutStderr: true,
    timeoutMs: 60_000,
    sandboxPolicy: { type: "dangerFullAccess" },
  };
}

function say(agent: ScriptedAgent, text: string): void {
  agent.emit(
    { op: "open", key: "m", item: { type: "message" } },
    { op: "text", key: "m", delta: text },
  );
}

describe("a lost connection", () => {
  it("in the middle of a turn loses and doubles nothing", async () => {
    const { client, agent, prompt, threadId } = await running();
    say(agent, "one ");
    await client.heard("item/agentMessage/delta");
    client.drop();
    const other = await SessionClient.begin(here.server, "laptop");
    await other.request("thread/resume", { threadId });
    say(agent, "two ");
    say(agent, "three");
    agent.emit({ op: "close", key: "m" }, { op: "end", turn: prompt.id, status: "completed" });
    await other.heard("turn/completed");
    expect(client.connect()).toMatchObject({ attached: "resumed" });
    await client.heard("turn/completed");
    const deltas = client
      .all("item/agentMessage/delta")
      .map(({ params }) => fieldsOf(params)["delta"]);
    expect(deltas).toEqual(["one ", "two three"]);
    expect(client.all("turn/completed")).toHaveLength(1);
    client.check();
    other.check();
  });

  it("leaves an approval open, which comes back under its id and is answered once", async () => {
    const { client, agent, prompt } = await running();
    agent.emit({ op: "open", key: "c", item: command }, { op: "ask", id: "a", ask });
    const { id } = await client.heard(approval);
    client.drop();
    client.connect();
    expect((await client.heard(approval))["id"]).toBe(id);
    expect(agent.answers.all).toEqual([]);
    client.sendFrame({ id, result: { decision: "accept" } });
    expect(await agent.answers.next()).toEqual({ ask: "a", answer: { type: "accept" } });
    await client.heard("serverRequest/resolved");
    client.drop();
    client.connect();
    agent.emit({ op: "close", key: "c" }, { op: "end", turn: prompt.id, status: "completed" });
    await client.heard("turn/completed");
    expect(client.all(approval)).toHaveLength(2);
    expect(client.all("serverRequest/resolved")).toHaveLength(1);
    client.check();
  });

  it("hides a question that was settled before its client saw it", async () => {
    const { client, agent, prompt, threadId } = await running();
    const other = await SessionClient.begin(here.server, "laptop");
    await other.request("thread/resume", { threadId });
    client.drop();
    agent.emit({ op: "open", key: "c", item: command }, { op: "ask", id: "a", ask });
    const { id } = await other.heard(approval);
    other.sendFrame({ id, result: { decision: "decline" } });
    await agent.answers.next();
    client.connect();
    agent.emit({ op: "close", key: "c" }, { op: "end", turn: prompt.id, status: "completed" });
    await client.heard("turn/completed");
    expect(client.all(approval)).toEqual([]);
    expect(client.all("serverRequest/resolved")).toEqual([]);
    client.check();
    other.check();
  });

  it("lets a request that is sent again run once, with its answer", async () => {
    here = stage();
    const client = await SessionClient.begin(here.server);
    const threadId = await client.startThread(tmpdir());
    const params = turnParams(threadId, "go");
    const before = client.cursor;
    const id = client.send("turn/start", params);
    const agent = await here.agents.next();
    await agent.prompts.next();
    client.drop();
    client.cursor = before;
    client.connect();
    client.send("turn/start", params, id);
    const { turn } = await client.answerTo(id);
    agent.emit({ op: "end", status: "completed" });
    const completed = await client.heard("turn/completed");
    expect(fieldsOf(fieldsOf(completed["params"])["turn"])["id"]).toBe(fieldsOf(turn)["id"]);
    expect(agent.prompts.all).toHaveLength(1);
    // Once it has seen the answer, the same words are a new request.
    client.drop();
    client.connect();
    client.send("turn/start", params, id);
    await agent.prompts.next();
    expect(agent.prompts.all).toHaveLength(2);
  });

  it("keeps a command running, and what it prints", async () => {
    const folder = await mkdtemp(join(tmpdir(), "fairlead-session-"));
    here = stage({ environment: async () => ({ PATH: process.env["PATH"] ?? "" }) });
    const client = await SessionClient.begin(here.server);
    const other = await SessionClient.begin(here.server, "laptop");
    const params = exec(folder, "echo first; while [ ! -e go ]; do sleep 0.01; done; echo second");
    const id = client.send("command/exec", params);
    await client.heard("command/exec/outputDelta");
    client.drop();
    const goAhead = { path: join(folder, "go"), dataBase64: "" };
    await other.request("fs/writeFile", goAhead);
    client.connect();
    client.send("command/exec", params, id);
    expect(await client.answerTo(id)).toMatchObject({ exitCode: 0 });
    const printed = client
      .all("command/exec/outputDelta")
      .map((frame) => String(fieldsOf(frame["params"])["deltaBase64"]))
      .map((text) => Buffer.from(text, "base64").toString())
      .join("");
    expect(printed).toBe("first\nsecond\n");
    await rm(folder, { recursive: true });
  });
});

describe("a session", () => {
  it("is taken over by a second connection, and the late end of the first changes nothing", async () => {
    const { client, agent } = await running();
    const first = client.lastClose;
    client.connect();
    expect(await first).toBe("4001 another connection of this client took the session over");
    say(agent, "hello");
    await client.heard("item/agentMessage/delta");
  });

  it("is nobody else's: another device, an unknown number and one ahead are told of their loss", async () => {
    const { client, threadId } = await running();
    const at = client.cursor ?? 0;
    const stranger = new SessionClient(here.server, "stranger");
    expect(stranger.connect({ cursor: at }).attached).toBe("drift");
    await stranger.initialize();
    const { params } = await stranger.heard("warning");
    expect(fieldsOf(params)["message"]).toContain("thread/resume");
    const ahead = new SessionClient(here.server);
    expect(ahead.connect({ cursor: at + 1000 }).attached).toBe("drift");
    const old = new SessionClient(here.server);
    expect(old.connect({ cursor: 7 }).attached).toBe("drift");
    await stranger.request("thread/resume", { threadId });
  });

  it("that missed more than is kept begins anew, and gets its open questions by thread/resume", async () => {
    const { client, agent, threadId } = await running({ ring: { frames: 16 } });
    agent.emit({ op: "open", key: "c", item: command }, { op: "ask", id: "a", ask });
    const { id } = await client.heard(approval);
    client.drop();
    const other = await SessionClient.begin(here.server, "laptop");
    for (let count = 0; count < 30; count += 1) {
      await other.request("thread/name/set", { threadId, name: `name ${count}` });
    }
    const notice = client.connect();
    expect(notice.attached).toBe("drift");
    await client.initialize();
    await client.heard("warning");
    await client.request("thread/resume", { threadId });
    expect((await client.heard(approval))["id"]).toBe(id);
  });

  it("ends after its time alone, with its processes; what it was asked waits on", async () => {
    const folder = await mkdtemp(join(tmpdir(), "fairlead-session-"));
    const environment = async (): Promise<Record<string, string>> => ({
      PATH: process.env["PATH"] ?? "",
    });
    const { client, agent, threadId } = await running({ sessionIdleMs: 20, environment });
    agent.emit({ op: "open", key: "c", item: command }, { op: "ask", id: "a", ask });
    const { id } = await client.heard(approval);
    const script = "trap 'touch ended; exit' TERM; echo; while :; do sleep 0.01; done";
    client.send("command/exec", exec(folder, script));
    await client.heard("command/exec/outputDelta");
    const other = await SessionClient.begin(here.server, "laptop");
    await other.request("fs/watch", { watchId: "w", path: join(folder, "ended") });
    client.drop();
    await other.heard("fs/changed");
    expect(client.connect().attached).toBe("drift");
    await other.request("thread/resume", { threadId });
    expect((await other.heard(approval))["id"]).toBe(id);
    expect(agent.answers.all).toEqual([]);
    await rm(folder, { recursive: true });
  });

  it("of another life is a drift: a restarted server uses no number twice", async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "fairlead-session-"));
    const { client, agent } = await running({ dataDir });
    agent.emit({ op: "open", key: "c", item: command }, { op: "ask", id: "a", ask });
    const stale = await client.heard(approval);
    const at = client.cursor ?? 0;
    await here.server[Symbol.asyncDispose]();
    const second = await running({ dataDir });
    second.agent.emit({ op: "open", key: "c", item: command }, { op: "ask", id: "b", ask });
    const question = await second.client.heard(approval);
    expect(question["id"]).not.toBe(stale["id"]);
    // A late answer to the question of the life before is nobody's.
    second.client.sendFrame({ id: stale["id"], result: { decision: "accept" } });
    await second.client.request("thread/loaded/list", {});
    expect(second.agent.answers.all).toEqual([]);
    const back = new SessionClient(here.server);
    const notice = back.connect({ cursor: at });
    expect(notice.attached).toBe("drift");
    expect(notice.seq).toBeGreaterThan(at);
    await here.server[Symbol.asyncDispose]();
    await rm(dataDir, { recursive: true });
  });

  it("is one of two on a thread: the first answer wins, and both hear the end", async () => {
    const { client, agent, threadId } = await running();
    const other = await SessionClient.begin(here.server, "laptop");
    await other.request("thread/resume", { threadId });
    agent.emit({ op: "open", key: "c", item: command }, { op: "ask", id: "a", ask });
    const { id } = await client.heard(approval);
    expect((await other.heard(approval))["id"]).toBe(id);
    other.sendFrame({ id, result: { decision: "decline" } });
    await client.heard("serverRequest/resolved");
    client.sendFrame({ id, result: { decision: "accept" } });
    await client.request("thread/loaded/list", {});
    expect(agent.answers.all).toEqual([{ ask: "a", answer: { type: "decline" } }]);
  });

  it("takes a client's error for its answer, whatever its code", async () => {
    const { client, agent } = await running();
    agent.emit({ op: "open", key: "c", item: command }, { op: "ask", id: "a", ask });
    const { id } = await client.heard(approval);
    client.sendFrame({ id, error: { code: -32_097, message: "the connection closed" } });
    expect(await agent.answers.next()).toEqual({ ask: "a", answer: { type: "decline" } });
  });
});

describe("a reader that stalls", () => {
  it("is closed and may come back, while others are served and the agent is not slowed", async () => {
    const { client, agent, prompt, threadId } = await running();
    const other = await SessionClient.begin(here.server, "laptop");
    await other.request("thread/resume", { threadId });
    client.drop();
    client.connect({ stalls: true });
    const piece = "x".repeat(1000);
    for (let item = 0; item < 200; item += 1) {
      const key = `m${item}`;
      agent.emit({ op: "open", key, item: { type: "message" } });
      for (let part = 0; part < 100; part += 1) agent.emit({ op: "text", key, delta: piece });
      agent.emit({ op: "close", key });
    }
    agent.emit({ op: "end", turn: prompt.id, status: "completed" });
    await other.heard("turn/completed");
    const closed = client.lastClose;
    client.read();
    expect(await closed).toBe(
      "1013 this client reads too slowly: connect again to go on where it was",
    );
    // Twenty megabytes do not fit what is kept.
    expect(client.connect().attached).toBe("drift");
    other.check();
  });

  it("is closed with half of the ring to spare, so that nothing is lost when it comes back", async () => {
    const { client, agent, prompt, threadId } = await running({ ring: { frames: 64 } });
    const other = await SessionClient.begin(here.server, "laptop");
    await other.request("thread/resume", { threadId });
    client.drop();
    client.connect({ stalls: true });
    say(agent, "x".repeat(1_200_000));
    await other.heard("item/agentMessage/delta");
    for (let count = 0; count < 33; count += 1) {
      await other.request("thread/name/set", { threadId, name: `name ${count}` });
    }
    const closed = client.lastClose;
    client.read();
    expect(await closed).toContain("1013");
    expect(client.connect().attached).toBe("resumed");
    await client.request("thread/loaded/list", {});
    const names = client
      .all("thread/name/updated")
      .map(({ params }) => fieldsOf(params)["threadName"]);
    expect(names).toEqual(Array.from({ length: 33 }, (_, count) => `name ${count}`));
    agent.emit({ op: "close", key: "m" }, { op: "end", turn: prompt.id, status: "completed" });
    await client.heard("turn/completed");
    client.check();
  });

  it("for a while gets all that was said, its pieces joined", async () => {
    const { client, agent, prompt, threadId } = await running();
    const other = await SessionClient.begin(here.server, "laptop");
    await other.request("thread/resume", { threadId });
    client.drop();
    client.connect({ stalls: true });
    const piece = "x".repeat(1000);
    agent.emit({ op: "open", key: "m", item: { type: "message" } });
    for (let part = 0; part < 2000; part += 1) agent.emit({ op: "text", key: "m", delta: piece });
    agent.emit({ op: "close", key: "m" }, { op: "end", turn: prompt.id, status: "completed" });
    await other.heard("turn/completed");
    client.read();
    await client.heard("turn/completed");
    const deltas = client.all("item/agentMessage/delta");
    expect(deltas.length).toBeLessThan(1000);
    expect(deltas.map(({ params }) => fieldsOf(params)["delta"]).join("")).toHaveLength(2_000_000);
    client.check();
  });
});
