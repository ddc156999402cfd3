import { expect, test } from "vitest";
import { FakeOpenCode, folder, permissive, session, settings, turnId } from "./fake-opencode.ts";

const busy = { sessionID: session, status: { type: "busy" } };
const idle = { sessionID: session, status: { type: "idle" } };

/** The server took the prompt and answers it. */
function answering(open: FakeOpenCode, prompt: string = turnId, message = "msg_1"): void {
  const of = { sessionID: session };
  const user = { id: message, role: "user", ...of, time: { created: 1 } };
  const id = `prt_${prompt.replaceAll("-", "")}0`;
  open.tell("message.updated", { ...of, info: user });
  open.tell("message.part.updated", {
    ...of,
    part: { id, messageID: message, type: "text", text: "" },
  });
  open.tell("session.status", busy);
  const answer = { id: `${message}a`, role: "assistant", parentID: message, ...of };
  open.tell("message.updated", { ...of, info: { ...answer, time: { created: 2 } } });
}

function askBash(open: FakeOpenCode, id = "per_1", command = "touch x"): void {
  const asked = {
    id,
    sessionID: session,
    permission: "bash",
    patterns: [command],
    always: ["touch *"],
  };
  open.tell("permission.asked", { ...asked, metadata: { command } });
}

test("a session is made with the first prompt, and with rules that make it ask", async () => {
  const open = new FakeOpenCode();
  const opened = await open.open({ instructions: "Be brief." });
  expect(opened.thread.nativeId).toBeNull();
  expect(open.count("POST /session")).toBe(0);
  await opened.prompt("hello", { model: "mock/one", effort: "high" });
  expect(await opened.next("session")).toEqual({ op: "session", nativeId: session });
  const made = await open.request("POST /session");
  expect(made.directory).toBe(folder);
  expect(made.body).toMatchObject({
    permission: expect.arrayContaining([{ permission: "*", pattern: "*", action: "ask" }]),
  });
  expect((await open.request(`POST /session/${session}/prompt_async`)).body).toMatchObject({
    agent: "build",
    model: { providerID: "mock", modelID: "one" },
    variant: "high",
    system: "Be brief.",
    parts: [{ type: "text", text: "hello" }],
  });
});

test("plan mode is the plan agent", async () => {
  const open = new FakeOpenCode();
  const opened = await open.open();
  await opened.prompt("hello", { mode: "plan" });
  const sent = await open.request(`POST /session/${session}/prompt_async`);
  expect(sent.body).toMatchObject({ agent: "plan" });
});

test("a model without its provider is refused with what to write", async () => {
  const open = new FakeOpenCode();
  const opened = await open.open();
  await expect(opened.prompt("hello", { model: "one" })).rejects.toMatchObject({
    kind: "bad-request",
    message: "one is no model of OpenCode's: name it PROVIDER/MODEL",
  });
});

test("an abort is followed by two idles and one end", async () => {
  const open = new FakeOpenCode();
  const opened = await open.open();
  await opened.prompt("hello");
  answering(open);
  await opened.thread.interrupt();
  await open.request(`POST /session/${session}/abort`);
  const error = { name: "MessageAbortedError", data: { message: "Aborted" } };
  open.tell("session.error", { sessionID: session, error });
  for (const _ of [1, 2]) {
    open.tell("session.status", idle);
    open.tell("session.idle", { sessionID: session });
  }
  expect(await opened.next("end")).toMatchObject({ turn: turnId, status: "interrupted" });
  const again = "00000000-0000-7000-8000-00000000cccc";
  await opened.prompt("again", {}, again);
  answering(open, again, "msg_2");
  expect((await opened.next("alias")).id).toBe(again);
});

test("a yes is told as once, never as always, and a no with words", async () => {
  const open = new FakeOpenCode();
  const opened = await open.open();
  await opened.prompt("hello");
  answering(open);
  askBash(open, "per_1");
  const { id } = await opened.next("ask");
  await opened.thread.answer(id, { type: "accept" });
  const yes = await open.request("POST /permission/per_1/reply");
  expect(yes).toMatchObject({ directory: folder, body: { reply: "once" } });
  askBash(open, "per_2");
  await opened.thread.answer((await opened.next("ask")).id, { type: "decline" });
  const no = await open.request("POST /permission/per_2/reply");
  expect(no.body).toMatchObject({ reply: "reject", message: expect.any(String) });
  expect(JSON.stringify(open.seen)).not.toContain('"always"');
});

test("what was granted for one turn is asked in the next", async () => {
  const open = new FakeOpenCode();
  const opened = await open.open();
  await opened.prompt("hello", permissive);
  answering(open);
  askBash(open, "per_1");
  expect((await open.request("POST /permission/per_1/reply")).body).toEqual({ reply: "once" });
  for (const _ of [1, 2]) open.tell("session.status", idle);
  await opened.next("end");
  await opened.prompt("hello", {}, "00000000-0000-7000-8000-00000000cccc");
  askBash(open, "per_2");
  expect((await opened.next("ask")).id).toBe("per_2");
});

test("a sub-agent's request is decided by the user's rules for its agent", async () => {
  const open = new FakeOpenCode();
  const rules = [
    { permission: "*", pattern: "*", action: "allow" },
    { permission: "bash", pattern: "touch *", action: "deny" },
    { permission: "**", pattern: "**", action: "ask" },
  ];
  const general = { name: "general", mode: "subagent", permission: rules };
  open.answers["GET /agent"] = [{ name: "build", mode: "primary", permission: [] }, general];
  const opened = await open.open();
  await opened.prompt("hello");
  answering(open);
  const info = { id: "ses_2", parentID: session, agent: "general" };
  open.tell("session.created", { sessionID: "ses_2", info });
  const asked = { sessionID: "ses_2", always: [], metadata: {} };
  open.tell("permission.asked", { ...asked, id: "per_1", permission: "read", patterns: ["a.txt"] });
  expect((await open.request("POST /permission/per_1/reply")).body).toEqual({ reply: "once" });
  open.tell("permission.asked", {
    ...asked,
    id: "per_2",
    permission: "bash",
    patterns: ["touch x"],
  });
  expect((await open.request("POST /permission/per_2/reply")).body).toMatchObject({
    reply: "reject",
  });
  open.tell("permission.asked", { ...asked, id: "per_3", permission: "bash", patterns: ["ls"] });
  expect((await opened.next("ask")).id).toBe("per_3");
});

test("OpenCode would try for ever: the fifth failure ends the turn with its reason", async () => {
  const open = new FakeOpenCode();
  const opened = await open.open();
  await opened.prompt("hello");
  answering(open);
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    expect(open.count(`POST /session/${session}/abort`)).toBe(0);
    const status = { type: "retry", attempt, message: "Rate limited", next: 1 };
    open.tell("session.status", { sessionID: session, status });
    await opened.next("retry");
  }
  await open.request(`POST /session/${session}/abort`);
  for (const _ of [1, 2]) open.tell("session.status", idle);
  expect(await opened.next("end")).toMatchObject({
    turn: turnId,
    status: "failed",
    failure: { message: expect.stringContaining("Rate limited") },
  });
});

test("more input is taken by the turn that runs, and by none when none does", async () => {
  const open = new FakeOpenCode();
  const opened = await open.open();
  const input = [{ type: "text" as const, text: "more", text_elements: [] }];
  await expect(opened.thread.steer?.(input, "steer")).rejects.toMatchObject({
    kind: "not-running",
  });
  await opened.prompt("hello");
  answering(open);
  await opened.next("alias");
  await opened.thread.steer?.(input, "00000000-0000-7000-8000-00000000dddd");
  await open.request(`POST /session/${session}/prompt_async`);
  const more = await open.request(`POST /session/${session}/prompt_async`);
  expect(more.body).toMatchObject({ parts: [{ type: "text", text: "more" }] });
});

test("an answer that did not reach the server is asked for again", async () => {
  const open = new FakeOpenCode();
  const opened = await open.open();
  await opened.prompt("hello");
  answering(open);
  askBash(open);
  const { id } = await opened.next("ask");
  const asked = { id: "per_1", sessionID: session, permission: "bash", patterns: ["touch x"] };
  open.answers["GET /session/status"] = { [session]: busy.status };
  open.answers["GET /permission"] = [asked];
  open.before = ({ path }) => {
    if (path !== "/permission/per_1/reply") return;
    open.before = () => {};
    throw new TypeError("fetch failed");
  };
  await expect(opened.thread.answer(id, { type: "accept" })).rejects.toThrow("cannot be reached");
  expect((await opened.next("ask")).id).toBe("per_1");
  await opened.thread.answer(id, { type: "accept" });
  expect((await open.request("POST /permission/per_1/reply")).body).toEqual({ reply: "once" });
});

test("/share asks each time, whatever the settings, and uploads after a yes only", async () => {
  const open = new FakeOpenCode();
  open.answers[`POST /session/${session}/share`] = { share: { url: "https://example.test/s/1" } };
  const opened = await open.open({ settings: permissive });
  await opened.prompt("/share", permissive);
  const no = await opened.next("ask");
  await opened.thread.answer(no.id, { type: "decline" });
  expect(await opened.next("end")).toMatchObject({ turn: turnId, status: "interrupted" });
  expect(open.count(`POST /session/${session}/share`)).toBe(0);
  await opened.prompt("/share", permissive);
  const yes = await opened.next("ask");
  const answers = { go: ["Upload and share"] };
  await opened.thread.answer(yes.id, { type: "answers", answers });
  expect((await opened.next("text")).delta).toContain("https://example.test/s/1");
  expect(await opened.next("end")).toMatchObject({ status: "completed" });
});

test("a slash command that runs a shell line unasked is asked about first", async () => {
  const open = new FakeOpenCode();
  open.answers["GET /command"] = [{ name: "st", template: "See !`git status` of $ARGUMENTS" }];
  const opened = await open.open();
  await opened.prompt("/st all of it");
  const { id, ask } = await opened.next("ask");
  expect(JSON.stringify(ask)).toContain("git status");
  expect(open.count(`POST /session/${session}/command`)).toBe(0);
  await opened.thread.answer(id, { type: "answers", answers: { go: ["Run it"] } });
  const sent = await open.request(`POST /session/${session}/command`);
  expect(sent.body).toMatchObject({ command: "st", arguments: "all of it", agent: "build" });
});

test("a slash command that goes to a sub-agent which would not ask is refused", async () => {
  const open = new FakeOpenCode();
  const allow = [{ permission: "bash", pattern: "*", action: "allow" }];
  open.answers["GET /agent"] = [{ name: "sneaky", mode: "subagent", permission: allow }];
  open.answers["GET /command"] = [{ name: "go", template: "work", agent: "sneaky", subtask: true }];
  const opened = await open.open();
  expect((await opened.next("notice")).message).toContain("sneaky");
  await expect(opened.prompt("/go")).rejects.toMatchObject({
    kind: "unsupported",
    message: expect.stringContaining("sneaky"),
  });
  expect(open.count(`POST /session/${session}/command`)).toBe(0);
});

test("text that is no command of OpenCode's is text", async () => {
  const open = new FakeOpenCode();
  const opened = await open.open();
  await opened.prompt("/etc/hosts is a file");
  const sent = await open.request(`POST /session/${session}/prompt_async`);
  expect(sent.body).toMatchObject({ parts: [{ text: "/etc/hosts is a file" }] });
});

test("MCP servers are named after their thread, no other may use them, and they go with it", async () => {
  const open = new FakeOpenCode();
  const name = "fl-0000aaaa-kit";
  open.answers["POST /mcp"] = { [name]: { status: "failed", error: "no such file" } };
  const kit = { name: "kit", command: "kit-server", args: ["-v"], env: { A: "b" } };
  const opened = await open.open({ mcpServers: [kit] });
  expect((await opened.next("notice")).message).toBe(
    "The MCP server kit cannot be used: no such file",
  );
  expect((await open.request("POST /mcp")).body).toEqual({
    name,
    config: {
      type: "local",
      command: ["kit-server", "-v"],
      environment: { A: "b" },
      enabled: true,
    },
  });
  await opened.prompt("hello");
  const { body } = await open.request("POST /session");
  const rules = JSON.stringify(body);
  const others = rules.indexOf('{"permission":"fl-*","pattern":"*","action":"deny"}');
  const own = rules.indexOf('{"permission":"fl-0000aaaa-*","pattern":"*","action":"ask"}');
  expect(others).toBeGreaterThan(0);
  expect(own).toBeGreaterThan(others);
  await opened.thread[Symbol.asyncDispose]();
  await open.request(`POST /mcp/${name}/disconnect`);
});

test("a fork is cut before a message, gets the rules and keeps the name", async () => {
  const open = new FakeOpenCode();
  const copy = { id: "ses_9", title: "Work (fork #1)" };
  open.answers[`POST /session/${session}/fork`] = copy;
  const from = { nativeId: session, fork: true, before: "msg_7" };
  const { thread } = await open.open({ from });
  expect(thread.nativeId).toBe("ses_9");
  expect((await open.request(`POST /session/${session}/fork`)).body).toEqual({
    messageID: "msg_7",
  });
  const patched = await open.request("PATCH /session/ses_9");
  expect(patched.body).toMatchObject({ title: "Work", permission: expect.any(Array) });
});

test("a resumed session gets the rules once", async () => {
  const open = new FakeOpenCode();
  const from = { nativeId: session, fork: false, before: null };
  await (await open.open({ from })).thread[Symbol.asyncDispose]();
  const { body } = await open.request(`PATCH /session/${session}`);
  open.answers[`GET /session/${session}`] = { id: session, ...Object(body) };
  await open.open({ from });
  expect(open.count(`PATCH /session/${session}`)).toBe(1);
});

test("a session of another folder is moved to that of its thread: it would go on where it was", async () => {
  const open = new FakeOpenCode();
  open.answers[`GET /session/${session}`] = { id: session, directory: "/elsewhere" };
  const from = { nativeId: session, fork: false, before: null };
  await open.open({ from });
  const moved = await open.request("POST /experimental/control-plane/move-session");
  expect(moved).toMatchObject({
    directory: folder,
    body: { sessionID: session, destination: { directory: folder }, moveChanges: false },
  });
  open.answers[`GET /session/${session}`] = { id: session, directory: folder };
  await open.open({ from });
  expect(open.count("POST /experimental/control-plane/move-session")).toBe(1);
});

test("dispose aborts a turn of ours, and deletes nothing", async () => {
  const open = new FakeOpenCode();
  const opened = await open.open();
  await opened.prompt("hello");
  await opened.thread[Symbol.asyncDispose]();
  await open.request(`POST /session/${session}/abort`);
  expect(open.seen.map(({ method }) => method)).not.toContain("DELETE");
});

test("a server that is gone rejects what it cannot be told", async () => {
  const open = new FakeOpenCode();
  const opened = await open.open();
  open.before = () => {
    throw new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED") });
  };
  await expect(opened.prompt("hello", settings)).rejects.toMatchObject({
    kind: "connection",
    message: expect.stringContaining("cannot be reached: connect ECONNREFUSED"),
  });
});
