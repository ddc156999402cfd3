import { tmpdir } from "node:os";
import { afterEach, describe, expect, it } from "vitest";
import type { Ask, AskAnswer } from "../src/index.ts";
import type { Prompt } from "../src/index.ts";
import { RpcError } from "../src/errors.ts";
import { stage, type Stage } from "./support/adversity.ts";
import type { ScriptedAgent } from "./support/scripted-bridge.ts";
import type { WireClient } from "./support/wire-client.ts";

let here: Stage;

afterEach(async () => {
  await here.server[Symbol.asyncDispose]();
});

const item = { type: "command", command: "rm x", cwd: null } as const;
const command: Ask = { kind: "command", key: "c", reason: null, scope: null };
const permissions: Ask = {
  kind: "permissions",
  key: "c",
  reason: null,
  scope: null,
  read: ["/a"],
  write: ["/b"],
  network: true,
};
const questions: Ask = {
  kind: "questions",
  key: "c",
  questions: [
    {
      id: "q",
      header: "Q",
      question: "?",
      options: [],
      multiple: false,
      freeText: true,
      secret: false,
    },
  ],
};
const elicitation: Ask = {
  kind: "elicitation",
  server: "s",
  message: "sure?",
  form: null,
  url: null,
};

interface Scene {
  readonly client: WireClient;
  readonly threadId: string;
  readonly turnId: string;
  readonly agent: ScriptedAgent;
  readonly prompt: Prompt;
}

async function scene(client?: WireClient): Promise<Scene> {
  const speaker = client ?? (await here.client());
  const threadId = await speaker.startThread(tmpdir());
  const turnId = await speaker.say(threadId, "go");
  const agent = await here.agents.next();
  return { client: speaker, threadId, turnId, agent, prompt: await agent.prompts.next() };
}

function ask({ agent }: Scene, question: Ask, id = "a"): void {
  const key = "key" in question ? question.key : "c";
  agent.emit({ op: "open", key, item }, { op: "ask", id, ask: question });
}

async function finish({ client, agent, prompt, threadId }: Scene): Promise<void> {
  agent.emit({ op: "end", turn: prompt.id, status: "completed" });
  await client.heard("turn/completed", (event) => event.threadId === threadId);
  client.check();
}

/** What the agent is told when a client answers this. */
async function toldFor(question: Ask, result: () => unknown): Promise<AskAnswer> {
  here = stage();
  const at = await scene();
  ask(at, question);
  (await at.client.requests.next()).respond(result());
  const { answer } = await at.agent.answers.next();
  await finish(at);
  expect(at.agent.answers.all).toHaveLength(1);
  return answer;
}

const garbage: readonly unknown[] = [
  null,
  true,
  "accept",
  [],
  {},
  { decision: "yes" },
  { decision: null },
  { decision: { accept: true } },
  { decision: ["accept"] },
  { Decision: "accept" },
  { action: "yes" },
  { permissions: null },
  { answers: "all" },
];

describe("an answer that is no clear yes", () => {
  it.each(garbage)("%j is a no to every kind of question", async (result) => {
    for (const question of [command, permissions, questions, elicitation]) {
      expect(await toldFor(question, () => result)).toEqual({ type: "decline" });
      await here.server[Symbol.asyncDispose]();
    }
  });

  it.each([
    {},
    { network: { enabled: false }, fileSystem: { read: ["/a"], write: ["/b"] } },
    { network: { enabled: true } },
    { network: { enabled: true }, fileSystem: { read: ["/a"], write: [] } },
    { network: { enabled: true }, fileSystem: { read: ["/b"], write: ["/b"] } },
    { fileSystem: { read: ["/a"], write: ["/b"] } },
  ])("a part of the permissions, %j, is a no", async (granted) => {
    const result = { permissions: granted, scope: "session" };
    expect(await toldFor(permissions, () => result)).toEqual({ type: "decline" });
  });

  it("all of the permissions is a yes", async () => {
    const granted = { network: { enabled: true }, fileSystem: { read: ["/a"], write: ["/b"] } };
    const result = { permissions: granted, scope: "turn" };
    expect(await toldFor(permissions, () => result)).toEqual({ type: "accept" });
  });

  it("an error response is a no", async () => {
    const error = () => Promise.reject(new RpcError(-32000, "the user closed the window"));
    expect(await toldFor(command, error)).toEqual({ type: "decline" });
  });
});

describe("an answer that comes too late", () => {
  it("is ignored after an interrupt, and what is asked then is cancelled unasked", async () => {
    here = stage({ interruptGraceMs: 60_000 });
    const at = await scene();
    ask(at, { ...command, scope: "rm *" }, "first");
    (await at.client.requests.next()).respond({ decision: "acceptForSession" });
    await at.agent.answers.next();
    at.agent.emit({ op: "close", key: "c" });
    ask(at, { ...command, key: "d" }, "second");
    const request = await at.client.requests.next();
    await at.client.request("turn/interrupt", { threadId: at.threadId, turnId: at.turnId });
    request.respond({ decision: "accept" });
    await at.agent.interrupts.next();
    ask(at, { ...command, key: "e", scope: "rm *" }, "third");
    ask(at, { ...command, key: "f" }, "fourth");
    at.agent.emit({ op: "end", turn: at.prompt.id, status: "interrupted" });
    await at.client.heard("turn/completed");
    expect(at.agent.answers.all.map(({ ask: id, answer }) => `${id} ${answer.type}`)).toEqual([
      "first accept",
      "second cancel",
      "third cancel",
      "fourth cancel",
    ]);
    expect(at.client.requests.all).toHaveLength(2);
    at.client.check();
  });

  it.each([
    { op: "withdraw", id: "a" } as const,
    { op: "close", key: "c" } as const,
    // The same name anew: the user saw the old question.
    { op: "ask", id: "a", ask: command } as const,
  ])("is ignored after $op", async (op) => {
    here = stage();
    const at = await scene();
    ask(at, command);
    const request = await at.client.requests.next();
    at.agent.emit(op);
    await at.client.heard("serverRequest/resolved", (event) => event.requestId === request.id);
    request.respond({ decision: "accept" });
    await at.client.request("thread/loaded/list", {});
    expect(at.agent.answers.all).toEqual([]);
    await finish(at);
    expect(at.agent.answers.all).toEqual([]);
  });

  it("ends with the server: the agent never hears a yes", async () => {
    here = stage();
    const at = await scene();
    ask(at, command);
    const request = await at.client.requests.next();
    const gone = here.server[Symbol.asyncDispose]();
    request.respond({ decision: "accept" });
    await gone;
    expect(at.agent.disposed).toBe(true);
    expect(at.agent.answers.all.filter(({ answer }) => answer.type !== "cancel")).toEqual([]);
  });
});

describe("a yes for the session", () => {
  it("covers its scope, and no other one, kind or thread", async () => {
    here = stage();
    const at = await scene();
    const scoped: Ask = { kind: "command", key: "c", reason: null, scope: "rm *" };
    ask(at, scoped, "1");
    (await at.client.requests.next()).respond({ decision: "acceptForSession" });
    ask(at, { ...scoped, key: "d" }, "2");
    await at.agent.answers.find((given) => given.ask === "2");
    const others: Ask[] = [
      { ...scoped, key: "e", scope: "rm" },
      { ...scoped, key: "f", scope: null },
      { ...scoped, key: "g", kind: "fileChange" },
      { ...permissions, key: "h", scope: "rm *" },
    ];
    for (const [index, other] of others.entries()) {
      ask(at, other, `other ${index}`);
      (await at.client.requests.next()).respond({ decision: "decline" });
      expect((await at.agent.answers.next()).answer).toEqual({ type: "decline" });
    }
    const elsewhere = await scene(at.client);
    ask(elsewhere, scoped, "1");
    (await at.client.requests.next()).respond({ decision: "decline" });
    expect((await elsewhere.agent.answers.next()).answer).toEqual({ type: "decline" });
    elsewhere.agent.emit({ op: "end", turn: elsewhere.prompt.id, status: "completed" });
    await at.client.heard("turn/completed");
    await finish(at);
  });

  it("covers each of several scopes, and what has one more is asked", async () => {
    here = stage();
    const at = await scene();
    const change = (key: string, ...scope: readonly string[]) => {
      return { kind: "fileChange", key, reason: null, scope } as const;
    };
    ask(at, change("c", "a", "b"), "moved");
    (await at.client.requests.next()).respond({ decision: "acceptForSession" });
    ask(at, { ...change("d"), scope: "b" }, "edited");
    ask(at, change("e", "b", "a"), "moved back");
    for (const id of ["edited", "moved back"]) {
      const { answer } = await at.agent.answers.find((given) => given.ask === id);
      expect(answer.type).toBe("accept");
    }
    for (const other of [change("f", "c", "b"), change("g")]) {
      ask(at, other, other.key);
      (await at.client.requests.next()).respond({ decision: "decline" });
      const { answer } = await at.agent.answers.find((given) => given.ask === other.key);
      expect(answer.type).toBe("decline");
    }
    await finish(at);
  });

  it("without a scope stands for one question", async () => {
    here = stage();
    const at = await scene();
    ask(at, command, "1");
    (await at.client.requests.next()).respond({ decision: "acceptForSession" });
    ask(at, { ...command, key: "d" }, "2");
    (await at.client.requests.next()).respond({ decision: "decline" });
    await at.agent.answers.find((given) => given.ask === "2");
    expect(at.agent.answers.all.map(({ answer }) => answer.type)).toEqual(["accept", "decline"]);
    await finish(at);
  });
});

describe("who is asked", () => {
  it("is nobody who does not follow the thread, and what such a client says counts nothing", async () => {
    here = stage();
    const at = await scene();
    ask(at, command);
    const request = await at.client.requests.next();
    const stranger = await here.client();
    stranger.sendRaw(JSON.stringify({ id: request.id, result: { decision: "accept" } }));
    await stranger.request("thread/loaded/list", {});
    expect(stranger.requests.all).toEqual([]);
    expect(at.agent.answers.all).toEqual([]);
    const told = stranger.notifications.all.map(({ method }) => method);
    expect(told.filter((method) => method.startsWith("item/"))).toEqual([]);
    request.respond({ decision: "decline" });
    expect((await at.agent.answers.next()).answer).toEqual({ type: "decline" });
    await finish(at);
  });

  it("is everyone who comes to follow it, by a resume or a word", async () => {
    here = stage();
    const at = await scene();
    ask(at, command);
    const { id } = await at.client.requests.next();
    await at.client.hangUp();
    const second = await here.client();
    await second.request("thread/resume", { threadId: at.threadId });
    expect((await second.requests.next()).id).toBe(id);
    await second.hangUp();
    const third = await here.client();
    await third.say(at.threadId, "and?");
    const request = await third.requests.next();
    expect(request.id).toBe(id);
    expect(at.agent.answers.all).toEqual([]);
    request.respond({ decision: "accept" });
    expect((await at.agent.answers.next()).answer).toEqual({ type: "accept" });
    at.agent.emit({ op: "end", turn: at.prompt.id, status: "completed" });
    await third.heard("turn/completed");
  });

  it("hears the end of a question it was asked before it left the thread", async () => {
    here = stage();
    const at = await scene();
    ask(at, command);
    const request = await at.client.requests.next();
    await at.client.request("thread/unsubscribe", { threadId: at.threadId });
    at.agent.emit({ op: "end", turn: at.prompt.id, status: "completed" });
    const { requestId } = await at.client.heard("serverRequest/resolved");
    expect(requestId).toBe(request.id);
    at.client.check();
  });

  it("is asked under the default ceiling whatever the client wants", async () => {
    here = stage();
    const client = await here.client();
    const wish = { approvalPolicy: "never", sandbox: "danger-full-access" } as const;
    const { thread } = await client.request("thread/start", { cwd: tmpdir(), ...wish });
    const input = [{ type: "text" as const, text: "go", text_elements: [] }];
    const sandboxPolicy = { type: "dangerFullAccess" } as const;
    const params = { threadId: thread.id, input, approvalPolicy: "never", sandboxPolicy } as const;
    const { turn } = await client.request("turn/start", params);
    const agent = await here.agents.next();
    const prompt = await agent.prompts.next();
    for (const settings of [agent.spec.settings, prompt.settings])
      expect(settings).toMatchObject({ approvals: "ask", sandbox: "workspace-write" });
    const at = { client, threadId: thread.id, turnId: turn.id, agent, prompt };
    ask(at, { ...command, scope: "x" });
    (await client.requests.next()).respond({ decision: "decline" });
    expect((await agent.answers.next()).answer).toEqual({ type: "decline" });
    await finish(at);
  });

  it("keeps its agent while it thinks, in a sub-agent's thread too", async () => {
    let nowMs = Date.UTC(2026, 0, 1);
    here = stage({ maxAgents: 1, idleMs: 1, now: () => nowMs });
    const at = await scene();
    const kid = { thread: "kid" } as const;
    at.agent.emit(
      { op: "open", key: "task", item: { type: "subagent", prompt: "look" } },
      { op: "child", key: "kid", item: "task", nativeId: null, title: "Look" },
      { op: "begin", turn: "t", input: [], ...kid },
      { op: "open", key: "c", item, ...kid },
      { op: "ask", id: "a", ask: command, ...kid },
      { op: "close", key: "task" },
      { op: "end", turn: at.prompt.id, status: "completed" },
    );
    const request = await at.client.requests.next();
    await at.client.heard("turn/completed", (event) => event.threadId === at.threadId);
    const idle = await scene(at.client);
    idle.agent.reply(idle.prompt, "done");
    await at.client.heard("turn/completed", (event) => event.threadId === idle.threadId);
    await at.client.request("thread/unsubscribe", { threadId: idle.threadId });
    nowMs += 3_600_000;
    await at.client.heard("thread/status/changed", ({ status }) => status.type === "notLoaded");
    expect([at.agent.disposed, idle.agent.disposed]).toEqual([false, true]);
    request.respond({ decision: "accept" });
    expect((await at.agent.answers.next()).answer).toEqual({ type: "accept" });
    at.agent.emit(
      { op: "close", key: "c", ...kid },
      { op: "end", turn: "t", status: "completed", ...kid },
    );
    await at.client.heard("turn/completed", (event) => event.turn.id !== at.turnId);
    at.client.check();
  });
});
