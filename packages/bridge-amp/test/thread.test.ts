import type { ThreadOp } from "@fairlead/bridge-core";
import { fieldsOf, textOf } from "@fairlead/bridge-core/parts";
import { expect, test } from "vitest";
import {
  answer,
  folder,
  isAsk,
  isEnd,
  openThread,
  result,
  said,
  session,
  signal,
  text,
  turnId,
  use,
  working,
} from "./open-thread.ts";

const ended = (ops: readonly ThreadOp[]): ThreadOp | undefined => ops.at(-1);

test("nothing is started before the first prompt, and it is held back until the plugin reports", async () => {
  const opened = await openThread();
  expect(opened.host.processes).toEqual([]);
  const prompted = opened.prompt("hello");
  const amp = await opened.nextAmp();
  expect(amp.process.spec.file).toBe("amp");
  expect(amp.process.written).toEqual([]);
  await amp.ask("/hello", {});
  await prompted;
  expect(amp.process.written).toEqual([
    { type: "user", message: { role: "user", content: [{ type: "text", text: "hello" }] } },
  ]);
});

test("the command line has all flags and no secret; the secrets are handed to the private folder", async () => {
  const mcpServers = [
    { name: "probe", url: "http://127.0.0.1:1", headers: { Authorization: "s3" } },
  ];
  const opened = await openThread({ spec: { mcpServers } });
  const amp = await working(opened);
  const { args, env = {} } = amp.process.spec;
  const own = `${env["XDG_CONFIG_HOME"]}/amp`;
  expect(args).toEqual([
    ...[
      "--executor",
      "local",
      "--execute",
      "--stream-json",
      "--stream-json-thinking",
      "--stream-json-input",
    ],
    ...["--no-archive-after-execute", "--settings-file", `${own}/settings.json`],
    ...["--mcp-config", `${own}/fairlead/mcp.json`, "--plugin-ready-timeout", "30"],
    ...["--no-ide", "--no-notifications", "--no-color"],
  ]);
  expect(Object.keys(env)).toEqual(["XDG_CONFIG_HOME"]);
  expect(own).toMatch(/^\/home\/user\/\.cache\/fairlead\/amp\/\w{24}\/amp$/u);
  expect(JSON.parse(textOf(amp.made["FAIRLEAD_AMP_MCP"]))).toEqual({
    probe: { url: "http://127.0.0.1:1", headers: { Authorization: "s3" } },
  });
  expect(fieldsOf(JSON.parse(textOf(amp.made["FAIRLEAD_AMP_ASK"])))["cwd"]).toBe(folder);
});

test("an answer without a call ends the turn, and the same process takes the next one", async () => {
  const opened = await openThread();
  const amp = await working(opened);
  amp.process.emit(answer([text("done")]));
  const ops = await opened.until(isEnd);
  expect(ops).toEqual([
    { op: "session", nativeId: session },
    { op: "open", key: "message-1:0", item: { type: "message" } },
    { op: "text", key: "message-1:0", delta: "done" },
    { op: "close", key: "message-1:0" },
    { op: "end", turn: turnId, status: "completed" },
  ]);
  await opened.prompt("and now?");
  expect(amp.process.written).toHaveLength(2);
  amp.process.emit({ type: "result", subtype: "success", is_error: false, session_id: session });
  amp.process.emit(said("and now?"), answer([text("later")]));
  expect(ended(await opened.until(isEnd))).toMatchObject({ status: "completed" });
});

test("another mode is another process, which goes on by the thread's id; older names are today's", async () => {
  const opened = await openThread();
  const first = await working(opened);
  first.process.emit(answer([text("done")]));
  await opened.until(isEnd);
  const prompted = opened.prompt("again", { model: "deep" });
  const second = await opened.nextAmp();
  expect(first.process.disposed).toBe(true);
  expect(second.process.spec.args.slice(0, 3)).toEqual(["threads", "continue", session]);
  expect(second.process.spec.args.join(" ")).toContain("--mode medium");
  await second.ask("/hello", {});
  await prompted;
});

test("an interrupt ends the process and what carries its folder; the next prompt goes on", async () => {
  const opened = await openThread();
  const amp = await working(opened);
  amp.process.emit(answer([use("t1", "shell_command", { command: "sleep 9" })], "tool_use"));
  await opened.until(({ op }) => op === "open");
  await opened.thread.interrupt();
  expect(ended(await opened.until(isEnd))).toEqual({
    op: "end",
    turn: turnId,
    status: "interrupted",
  });
  expect(amp.process.disposed).toBe(true);
  const { args } = opened.host.processes.at(-1)?.spec ?? { args: [] };
  expect(args.slice(1)).toEqual(["end", amp.process.spec.env?.["XDG_CONFIG_HOME"]]);
  void opened.prompt("go on").catch(() => {});
  const next = await opened.nextAmp();
  expect(next.process.spec.args.slice(0, 3)).toEqual(["threads", "continue", session]);
});

test("an interrupt while Amp still starts ends the turn too", async () => {
  const opened = await openThread();
  const prompted = opened.prompt("hello");
  const amp = await opened.nextAmp();
  await opened.thread.interrupt();
  await prompted;
  expect(await opened.until(isEnd)).toEqual([{ op: "end", turn: turnId, status: "interrupted" }]);
  expect(amp.process.disposed).toBe(true);
});

test("a question of a plugin that waits no more is withdrawn", async () => {
  const opened = await openThread();
  const amp = await working(opened);
  const left = new AbortController();
  const call = { id: "t1", tool: "Bash", input: { cmd: "one" }, inside: true };
  const held = amp.ask("/call", call, left.signal);
  await opened.until(isAsk);
  left.abort();
  await held;
  expect(ended(await opened.until(({ op }) => op === "withdraw"))).toMatchObject({ id: "t1" });
});

test("what another thread of Amp's begins to work on is no turn of this one", async () => {
  const opened = await openThread({ spec: { instructions: "Be brief." } });
  const amp = await working(opened);
  await opened.until(({ op }) => op === "session");
  expect(await amp.ask("/start", { id: "M-9", thread: "T-other", message: "x" })).toEqual({});
  expect(await amp.ask("/start", { id: "M-1", thread: session, message: "do it" })).toEqual({
    content: "Be brief.",
  });
  expect(ended(await opened.until(({ op }) => op === "alias"))).toMatchObject({ key: "M-1" });
});

test("a steer is marked as one, and the turn lasts until it is answered", async () => {
  const opened = await openThread();
  const amp = await working(opened);
  amp.process.emit(answer([text("one")], "pause_turn"));
  await opened.until(({ op }) => op === "close");
  await opened.thread.steer?.([{ type: "text", text: "two", text_elements: [] }], "steer-1");
  expect(amp.process.written.at(-1)).toMatchObject({ type: "user", steer: true });
  amp.process.emit(answer([text("still one")]), said("two"), answer([text("both")]));
  const ops = await opened.until(isEnd);
  expect(ops.filter(({ op }) => op === "text")).toMatchObject([
    { delta: "still one" },
    { delta: "both" },
  ]);
});

test("an Amp that does not repeat what is said cannot be steered", async () => {
  const opened = await openThread();
  const prompted = opened.prompt("hello");
  const amp = await opened.nextAmp();
  await amp.ask("/hello", {});
  await prompted;
  amp.process.emit(answer([text("one")], "pause_turn"));
  await opened.until(({ op }) => op === "close");
  const more = [{ type: "text" as const, text: "two", text_elements: [] }];
  await expect(opened.thread.steer?.(more, "steer-1")).rejects.toMatchObject({
    kind: "not-running",
  });
  amp.process.emit(answer([text("two")]));
  expect(ended(await opened.until(isEnd))).toMatchObject({ status: "completed" });
});

test("what Amp calls the user's message is the turn's key; instructions are told with the first one", async () => {
  const opened = await openThread({ spec: { instructions: "Be brief." } });
  const prompted = opened.prompt("hello");
  const amp = await opened.nextAmp();
  await amp.ask("/hello", {});
  await prompted;
  expect(await amp.ask("/start", { id: "M-1", message: "hello" })).toEqual({
    content: "Be brief.",
  });
  expect(await opened.until(({ op }) => op === "alias")).toEqual([
    { op: "alias", id: turnId, key: "M-1" },
  ]);
  expect(await amp.ask("/start", { id: "M-2", message: "more" })).toEqual({});
});

test.each([
  ["Error: Invalid or missing API key. Run 'amp login' to authenticate.", "unauthenticated"],
  ["Error: getUserInfo error: out-of-credits", "usage-limit"],
  ["Error: Couldn't connect to the Amp server at https://ampcode.com/.\n\nCheck it", "connection"],
  ["Error: Cannot reach Amp servers. Are you offline?", "connection"],
  ["Error: Invalid thread URL or ID: T-x", "not-found"],
  ["Error: Unexpected error inside Amp CLI.", "other"],
])("%j before the plugin reports rejects the prompt as %s", async (stderr, kind) => {
  const opened = await openThread();
  const prompted = opened.prompt("hello");
  const amp = await opened.nextAmp();
  amp.process.exit({ code: 1, stderr });
  await expect(prompted).rejects.toMatchObject({ kind });
});

test("the end of Amp in a turn fails it with Amp's words; the next prompt starts another", async () => {
  const opened = await openThread();
  const amp = await working(opened);
  amp.process.exit({ code: 1, stderr: "Error: Out of credits" });
  expect(ended(await opened.until(isEnd))).toMatchObject({
    status: "failed",
    failure: { kind: "usage-limit", message: "Amp says that your account is out of credits" },
  });
  void opened.prompt("again").catch(() => {});
  expect((await opened.nextAmp()).process.spec.file).toBe("amp");
});

test("a login prompt on stdout is an error at once", async () => {
  const opened = await openThread();
  const prompted = opened.prompt("hello");
  const amp = await opened.nextAmp();
  amp.process.emitText("No API key found. Starting login flow...");
  await expect(prompted).rejects.toMatchObject({ kind: "unauthenticated" });
  expect(amp.process.disposed).toBe(true);
});

test("a plugin that does not report fails the prompt, and nothing was asked of Amp", async () => {
  const opened = await openThread();
  const prompted = opened.prompt("hello");
  const amp = await opened.nextAmp();
  opened.host.advance(40_000);
  await expect(prompted).rejects.toThrow("did not report from Amp");
  expect(amp.process.written).toEqual([]);
  expect(amp.process.disposed).toBe(true);
});

test("an Amp that says nothing is given up after a minute", async () => {
  const opened = await openThread();
  const prompted = opened.prompt("hello");
  const amp = await opened.nextAmp();
  await amp.ask("/hello", {});
  await prompted;
  opened.host.advance(60_000);
  expect(ended(await opened.until(isEnd))).toMatchObject({
    status: "failed",
    failure: { kind: "connection" },
  });
  expect(amp.process.disposed).toBe(true);
});

test("when the last plugin is gone, Amp is stopped at once", async () => {
  const opened = await openThread();
  const amp = await working(opened);
  const [one, other] = [new AbortController(), new AbortController()];
  const staying = [amp.ask("/stay", {}, one.signal), amp.ask("/stay", {}, other.signal)];
  // Answered behind those before it.
  await amp.ask("/hello", {});
  one.abort();
  await Promise.allSettled([staying[0]]);
  expect(amp.process.disposed).toBe(false);
  other.abort();
  expect(ended(await opened.until(isEnd))).toMatchObject({
    status: "failed",
    failure: { kind: "crashed" },
  });
  expect(amp.process.disposed).toBe(true);
});

test("a call waits for the user; what is declined is told so and shown so", async () => {
  const opened = await openThread();
  const amp = await working(opened);
  const input = { command: "touch x" };
  amp.process.emit(answer([use("t1", "shell_command", input)], "tool_use"));
  const held = amp.ask("/call", { id: "t1", tool: "shell_command", input, inside: true });
  const ops = await opened.until(isAsk);
  expect(ended(ops)).toEqual({
    op: "ask",
    id: "t1",
    ask: { kind: "command", key: "t1", reason: null, scope: "shell_command touch x" },
  });
  await opened.thread.answer("t1", { type: "decline" });
  expect(await held).toMatchObject({ action: "reject-and-continue" });
  amp.process.emit(result("t1", "The user declined this.", true), answer([text("not done")]));
  expect(await opened.until(isEnd)).toContainEqual({ op: "close", key: "t1", status: "declined" });
});

test("a call is asked about once, also when it is asked before it is told", async () => {
  const opened = await openThread();
  const amp = await working(opened);
  const input = { command: "touch x" };
  const held = amp.ask("/call", { id: "t1", tool: "Bash", input, inside: true });
  await opened.until(isAsk);
  await opened.thread.answer("t1", { type: "accept" });
  expect(await held).toEqual({ action: "allow" });
  amp.process.emit(answer([use("t1", "Bash", input)], "tool_use"));
  amp.process.emit(result("t1", JSON.stringify({ output: "x\n", exitCode: 0 })));
  amp.process.emit(answer([text("done")]));
  const ops = await opened.until(isEnd);
  expect(ops.filter(({ op }) => op === "open")).toHaveLength(1);
  expect(ops).toContainEqual({
    op: "close",
    key: "t1",
    status: "completed",
    item: { type: "command", exitCode: 0 },
    output: "x\n",
  });
});

test("what waits is refused when the turn is stopped, and afterwards nothing is granted", async () => {
  const opened = await openThread();
  const amp = await working(opened);
  const call = { id: "t1", tool: "Bash", input: { command: "touch x" }, inside: true };
  const held = amp.ask("/call", call);
  await opened.until(isAsk);
  await opened.thread.interrupt();
  expect(await held).toMatchObject({ action: "reject-and-continue" });
  await expect(amp.ask("/call", call)).rejects.toThrow("does not listen");
});

test("no login: a thread is not opened, and says what to do", async () => {
  const opening = openThread({ environment: { HOME: "/home/user", PATH: "/usr/bin" } });
  await expect(opening).rejects.toMatchObject({
    kind: "unauthenticated",
    message:
      "Amp is not logged in: run `amp login`, or set AMP_API_KEY to an access token of your account",
  });
});

test("an image by URL, audio and a schema are refused by name", async () => {
  const { thread } = await openThread();
  const settings = {
    model: null,
    effort: null,
    mode: "default",
    approvals: "ask",
    sandbox: "read-only",
  } as const;
  const image = { type: "image" as const, url: "https://example.com/a.png" };
  await expect(
    thread.prompt({ id: turnId, input: [image], settings, outputSchema: null }),
  ).rejects.toThrow("Amp takes no image by URL");
  await expect(
    thread.prompt({ id: turnId, input: [], settings, outputSchema: {} }),
  ).rejects.toThrow("schema");
  expect(signal.aborted).toBe(false);
});
