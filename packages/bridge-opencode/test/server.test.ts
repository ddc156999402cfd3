import { expect, test } from "vitest";
import { FakeOpenCode, folder, session, signal } from "./fake-opencode.ts";

const turn = { id: "msg_1", role: "user", sessionID: session, time: { created: 1 } };

test("nothing is started before a method needs it; then on a port and with a password of its own", async () => {
  const open = new FakeOpenCode();
  expect(open.host.processes).toEqual([]);
  const { thread } = await open.open();
  const [process, ...others] = open.host.processes;
  expect(others).toEqual([]);
  const { args = [], env = {} } = process?.spec ?? {};
  expect(args.slice(0, 4)).toEqual(["serve", "--hostname", "127.0.0.1", "--port"]);
  expect(args[4]).toMatch(/^\d*$/);
  expect(env?.["OPENCODE_SERVER_PASSWORD"]).toMatch(/^\d{64}$/);
  expect(args.join()).not.toContain(env?.["OPENCODE_SERVER_PASSWORD"]);
  await thread[Symbol.asyncDispose]();
});

test("no connection is made before the line that says it listens", async () => {
  const open = new FakeOpenCode();
  open.onSpawn = () => {};
  const opening = open.open();
  const process = await open.host.nextProcess();
  process.emitText("Warning: something else first");
  await Promise.resolve();
  expect(open.seen).toEqual([]);
  process.emitText("opencode server listening on http://127.0.0.1:4242");
  await opening;
  expect(open.seen[0]?.path).toBe("/global/health");
});

test("a first connection that is never answered is given up, and made anew", async () => {
  const open = new FakeOpenCode();
  let asked = 0;
  open.before = ({ path }) => {
    if (path !== "/global/health" || (asked += 1) > 1) return;
    throw new DOMException("The operation was aborted due to timeout", "TimeoutError");
  };
  const opening = open.open();
  const again = setInterval(() => open.host.advance(100), 1);
  await opening;
  clearInterval(again);
  expect(asked).toBe(2);
});

test("a port that somebody else got in the meantime: another one is tried", async () => {
  const open = new FakeOpenCode();
  const listen = open.onSpawn;
  open.onSpawn = (process) => {
    open.onSpawn = listen;
    process.exit({ code: 1, stderr: "Failed to start server. Is port 4242 in use?" });
  };
  await open.open();
  expect(open.host.processes).toHaveLength(2);
});

test("a program that ends at its start is told with its own words", async () => {
  const open = new FakeOpenCode();
  open.onSpawn = (process) => process.exit({ code: 3, stderr: "bad config in opencode.json" });
  await expect(open.open()).rejects.toMatchObject({
    kind: "crashed",
    message: expect.stringContaining("exit code 3): bad config in opencode.json"),
  });
});

test("an unknown page answered with the web interface is no answer", async () => {
  const open = new FakeOpenCode();
  open.answers["GET /agent"] = new Response("<html>", { headers: { "content-type": "text/html" } });
  await expect(open.open()).rejects.toMatchObject({
    kind: "unsupported",
    message: "this OpenCode does not know /agent",
  });
});

test("threads share a server, unless their folders have other environments", async () => {
  const open = new FakeOpenCode();
  open.host.environment = async (cwd: string | null = null) => ({
    HOME: "/home/user",
    PWD: String(cwd),
    ...(cwd === "/keys" && { API_KEY: "other" }),
  });
  for (const cwd of ["/one", "/two", "/keys"]) await open.open({ cwd });
  expect(open.host.processes.map(({ spec }) => spec.cwd)).toEqual(["/one", "/keys"]);
});

test("it ends when nobody has used it for ten minutes, and not while a thread lives", async () => {
  const open = new FakeOpenCode();
  const { thread } = await open.open();
  const process = await open.host.nextProcess();
  open.host.advance(20 * 60_000);
  await Promise.resolve();
  expect(process.disposed).toBe(false);
  await thread[Symbol.asyncDispose]();
  open.host.advance(10 * 60_000);
  await process.exited;
  expect(process.disposed).toBe(true);
});

test("its death ends its threads, and the next one waits a little before it is started again", async () => {
  const open = new FakeOpenCode();
  const opened = await open.open();
  const process = await open.host.nextProcess();
  process.exit({ code: null, signal: "SIGKILL" });
  await expect(opened.next("end")).rejects.toMatchObject({
    kind: "crashed",
    message: "OpenCode ended (SIGKILL)",
  });
  await opened.thread[Symbol.asyncDispose]();
  const again = open.open();
  await new Promise(setImmediate);
  expect(open.host.processes).toHaveLength(1);
  open.host.advance(250);
  await again;
  expect(open.host.processes).toHaveLength(2);
});

test("a server that is named is used with its password, and never ended", async () => {
  const open = new FakeOpenCode({
    FAIRLEAD_OPENCODE_URL: "http://127.0.0.1:4096/",
    OPENCODE_SERVER_PASSWORD: "theirs",
  });
  const { thread } = await open.open();
  expect(open.host.processes).toEqual([]);
  await thread[Symbol.asyncDispose]();
  await open.bridge[Symbol.asyncDispose]();
  expect(open.seen.map(({ path }) => path)).not.toContain("/global/dispose");
});

test("what the user set for OpenCode goes on to it; what cannot be read is named", async () => {
  const set = { OPENCODE_CONFIG_CONTENT: '{"model":"mock/one","share":"auto"}' };
  const open = new FakeOpenCode({ ...set, OPENCODE_PERMISSION: '{"bash":"deny"}' });
  await open.open();
  expect(open.host.processes[0]?.spec.env).toMatchObject({
    OPENCODE_CONFIG_CONTENT: '{"model":"mock/one","share":"manual"}',
    OPENCODE_PERMISSION: '{"bash":"deny","**":{"**":"ask"}}',
  });
  const broken = new FakeOpenCode({ OPENCODE_PERMISSION: "{bash" });
  await expect(broken.open()).rejects.toMatchObject({
    kind: "bad-request",
    message: "OPENCODE_PERMISSION is no plain JSON: correct it",
  });
});

test("a wrong password is said to be one", async () => {
  const open = new FakeOpenCode({ FAIRLEAD_OPENCODE_URL: "http://127.0.0.1:4096" });
  open.answers["GET /global/health"] = new Response("", { status: 401 });
  await expect(open.open()).rejects.toMatchObject({ kind: "unauthenticated" });
});

test("after a cut the open turn is read again, and what was asked meanwhile is asked", async () => {
  const open = new FakeOpenCode();
  const opened = await open.open({ from: { nativeId: session, fork: false, before: null } });
  open.tell("session.status", { sessionID: session, status: { type: "busy" } });
  open.answers["GET /session/status"] = { [session]: { type: "busy" } };
  open.answers[`GET /session/${session}/message`] = [
    { info: turn, parts: [{ id: "prt_1", messageID: "msg_1", type: "text", text: "go" }] },
    {
      info: { id: "msg_2", role: "assistant", parentID: "msg_1", time: { created: 2 } },
      parts: [],
    },
  ];
  open.answers["GET /permission"] = [
    { id: "per_1", sessionID: session, permission: "bash", patterns: ["ls"], metadata: {} },
  ];
  open.cut();
  const again = setInterval(() => open.host.advance(250), 1);
  expect((await opened.next("begin")).turn).toBe("msg_1");
  expect((await opened.next("ask")).id).toBe("per_1");
  clearInterval(again);
});

test("silence of half a minute is a cut too", async () => {
  const open = new FakeOpenCode();
  await open.open({ from: { nativeId: session, fork: false, before: null } });
  await open.request("GET /session/status");
  const again = setInterval(() => open.host.advance(10_000), 1);
  await open.request("GET /session/status");
  clearInterval(again);
  const { logged } = open.host;
  expect(logged.map(({ message }) => message).join()).toContain("no word for 30 seconds");
});

test("sessions of others are told as changed, ours are not", async () => {
  const open = new FakeOpenCode();
  const opened = await open.open();
  await opened.prompt("hello");
  const changes = open.bridge.sessions?.changes?.({ signal })[Symbol.asyncIterator]();
  const next = changes?.next();
  open.tell("session.updated", { sessionID: session, info: { id: session } });
  open.tell("session.updated", { sessionID: "ses_2", info: { id: "ses_2", directory: folder } });
  expect((await next)?.value).toBe("ses_2");
});

test("what is told of a session while it is made here is no stranger's", async () => {
  const open = new FakeOpenCode();
  const opened = await open.open();
  const changes = open.bridge.sessions?.changes?.({ signal })[Symbol.asyncIterator]();
  const next = changes?.next();
  open.before = ({ method, path }) => {
    if (`${method} ${path}` !== "POST /session") return;
    for (const id of [session, "ses_2"])
      open.tell("session.created", { sessionID: id, info: { id } });
  };
  await opened.prompt("hello");
  expect((await next)?.value).toBe("ses_2");
});
