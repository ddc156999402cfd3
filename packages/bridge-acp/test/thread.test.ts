import { BridgeError } from "@fairlead/bridge-core";
import { fieldsOf, listOf } from "@fairlead/bridge-core/parts";
import { describe, expect, test } from "vitest";
import { acpBridge } from "../src/index.ts";
import {
  folder,
  hello,
  hostOf,
  openThread,
  plain,
  sessionId,
  signal,
  specOf,
  textsOf,
  turnId,
} from "./open-thread.ts";

const chunk = (text: string, kind = "agent_message_chunk") => ({
  sessionUpdate: kind,
  content: { type: "text", text },
});
const command = { toolCallId: "call-1", kind: "execute", rawInput: { command: "touch x" } };
const kinds = ["allow_always", "allow_once", "reject_once"];

describe("a session", () => {
  test("is opened without files and terminals of ours", async () => {
    const { agent, thread } = await openThread();
    const [hi, open] = agent.process.written.map(fieldsOf);
    const capabilities = fieldsOf(fieldsOf(hi?.["params"])["clientCapabilities"]);
    expect(capabilities).toMatchObject({
      fs: { readTextFile: false, writeTextFile: false },
      terminal: false,
    });
    expect(open?.["params"]).toEqual({ cwd: folder, mcpServers: [] });
    expect(thread.nativeId).toBe(sessionId);
    expect(agent.process.spec).toMatchObject({ file: "plain-agent", args: ["--acp"], cwd: folder });
  });

  test("has the user's MCP servers, those by URL where the agent reaches them", async () => {
    const mcpServers = [
      { name: "one", command: "server", args: ["-v"], env: { KEY: "k" } },
      { name: "two", url: "http://127.0.0.1:1", headers: { Authorization: "t" } },
    ];
    const stdio = {
      name: "one",
      command: "server",
      args: ["-v"],
      env: [{ name: "KEY", value: "k" }],
    };
    const headers = [{ name: "Authorization", value: "t" }];
    const http = { type: "http", name: "two", url: "http://127.0.0.1:1", headers };
    const without = await openThread({ spec: { mcpServers } });
    const asked = fieldsOf(fieldsOf(without.agent.process.written[1])["params"]);
    expect(asked["mcpServers"]).toEqual([stdio]);
    expect((await without.until("notice")).at(-1)).toMatchObject({
      message: "Plain reaches no MCP server by URL: two cannot be used.",
    });
    const capabilities = { mcpCapabilities: { http: true } };
    const both = await openThread({ spec: { mcpServers }, capabilities });
    const told = fieldsOf(fieldsOf(both.agent.process.written[1])["params"]);
    expect(told["mcpServers"]).toEqual([stdio, http]);
  });

  test("has the instructions where there is a place for them, else the first prompt has", async () => {
    const spec = { instructions: "Be brief." };
    const taking = await openThread({
      spec,
      capabilities: { sessionCapabilities: { systemPrompt: {} } },
    });
    expect(fieldsOf(taking.agent.process.written[1])["params"]).toMatchObject({
      systemPrompt: { mode: "append", content: [{ type: "text", text: "Be brief." }] },
    });
    expect(textsOf(await taking.prompt("hello"))).toEqual(["hello"]);
    const other = await openThread({ spec });
    expect(textsOf(await other.prompt("hello"))).toEqual(["Be brief.\n\nhello"]);
    other.end();
    await other.until("end");
    expect(textsOf(await other.prompt("again"))).toEqual(["again"]);
  });

  test("that wants a login fails with what to type, which the probe then says too", async () => {
    const host = hostOf();
    const adapter = acpBridge(plain)(host);
    const opening = adapter.openThread(specOf(), { signal });
    const authMethods = [{ id: "login", name: "Login", type: "terminal", args: ["--login"] }];
    const agent = await hello(host, { authMethods });
    await agent.refuse("session/new", -32_000, "Authentication required");
    const error = await opening.catch((thrown: unknown) => thrown);
    expect(BridgeError.is(error) && error.kind).toBe("unauthenticated");
    expect(String(error)).toContain("run `plain-agent --acp --login`");
    expect(agent.process.disposed).toBe(true);
    const probing = adapter.probe({ signal });
    await hello(host, { authMethods });
    expect(await probing).toMatchObject({
      available: false,
      reason: "unauthenticated",
      login: ["plain-agent", "--acp", "--login"],
    });
  });

  test("is opened with the key of the environment where the agent takes one so", async () => {
    const host = hostOf({ environment: { HOME: "/home/user", PLAIN_KEY: "k" } });
    const authentications = { browser: "NOT_SET", key: "PLAIN_KEY" };
    const adapter = acpBridge({ ...plain, authentications })(host);
    const opening = adapter.openThread(specOf(), { signal });
    const agent = await hello(host, { authMethods: [{ id: "browser" }, { id: "key" }] });
    await agent.refuse("session/new", -32_000, "Authentication required");
    expect(await agent.answer("authenticate")).toEqual({ methodId: "key" });
    await agent.answer("session/new", { sessionId });
    expect((await opening).nativeId).toBe(sessionId);
  });

  test("is opened with what its environment leaves out, and nothing over what that says", async () => {
    const agent = { ...plain, defaults: { SET: "default", UNSET: "default" } };
    const host = hostOf({ environment: { SET: "the user's" } });
    const probing = acpBridge(agent)(host).probe({ signal });
    const { process } = await hello(host);
    expect(process.spec.env).toEqual({ UNSET: "default" });
    expect(await probing).toMatchObject({ available: true });
  });

  test("is not opened by a program that is not there, or speaks another version", async () => {
    const missing = hostOf();
    const asked = acpBridge({ ...plain, install: "get plain" })(missing).probe({ signal });
    const gone = await missing.nextProcess();
    gone.lines.end(new BridgeError("not-installed", "no such file"));
    expect(await asked).toMatchObject({
      available: false,
      reason: "not-installed",
      detail: "Plain is not installed: there is no program `plain-agent`; run `get plain`",
    });
    const host = hostOf();
    const probing = acpBridge(plain)(host).probe({ signal });
    const process = await host.nextProcess();
    const { id } = fieldsOf(await process.nextWrite());
    process.emit({ jsonrpc: "2.0", id, result: { protocolVersion: 2 } });
    expect(await probing).toMatchObject({
      available: false,
      detail: "Plain speaks version 2 of ACP; Fairlead speaks version 1",
    });
  });
});

describe("a turn", () => {
  test("streams texts, each under its key, and ends with what was used", async () => {
    const open = await openThread();
    await open.prompt("hello");
    open.agent.process.emitText("a banner that is no frame");
    open.agent.update(chunk("\n\n", "agent_thought_chunk"), chunk("hm", "agent_thought_chunk"));
    open.agent.update(chunk("one "), chunk("two"), {
      sessionUpdate: "usage_update",
      used: 7,
      size: 9,
    });
    open.agent.update({ sessionUpdate: "of_tomorrow" });
    open.end();
    expect(await open.until("end")).toEqual([
      { op: "alias", id: turnId, key: "turn-1" },
      { op: "open", key: "reasoning:1.1", item: { type: "reasoning" } },
      { op: "text", key: "reasoning:1.1", delta: "hm" },
      { op: "close", key: "reasoning:1.1" },
      { op: "open", key: "message:1.1", item: { type: "message" } },
      { op: "text", key: "message:1.1", delta: "one " },
      { op: "text", key: "message:1.1", delta: "two" },
      { op: "close", key: "message:1.1" },
      { op: "usage", last: { input: 7, cached: 0, output: 0, reasoning: 0 }, window: 9 },
      { op: "end", turn: turnId, status: "completed" },
    ]);
    expect(
      open.host.logged.some(({ data }) => fieldsOf(data)["sessionUpdate"] === "of_tomorrow"),
    ).toBe(true);
  });

  test("of which nothing was told before its permission shows the call, then asks", async () => {
    const open = await openThread();
    await open.prompt("hello");
    open.agent.permit("a-text-for-an-id", { ...command, title: "touch x" }, ...kinds);
    const [, item, ask] = await open.until("ask");
    expect(item).toMatchObject({ op: "open", key: "call-1", item: { command: "touch x" } });
    expect(ask).toMatchObject({ id: "ask-1", ask: { kind: "command", key: "call-1" } });
    await open.thread.answer("ask-1", { type: "accept" });
    expect(await open.agent.answered()).toEqual({
      id: "a-text-for-an-id",
      result: { outcome: { outcome: "selected", optionId: "option-allow_once" } },
    });
    // Unknown to the agent's earlier words, told twice as over.
    const over = { sessionUpdate: "tool_call_update", toolCallId: "call-1", status: "failed" };
    open.agent.update(over, over);
    open.end();
    const ops = await open.until("end");
    expect(ops.filter(({ op }) => op === "close")).toMatchObject([
      { key: "call-1", status: "failed" },
    ]);
  });

  test("goes on while a permission waits: other requests are not held up", async () => {
    const open = await openThread();
    await open.prompt("hello");
    open.agent.permit("1", command, ...kinds);
    open.agent.permit("2", { ...command, toolCallId: "call-2" }, ...kinds);
    await open.until("ask");
    await open.until("ask");
    await open.thread.answer("ask-2", { type: "decline" });
    expect(await open.agent.answered()).toMatchObject({ id: "2" });
    await open.thread.answer("ask-1", { type: "accept" });
    expect(await open.agent.answered()).toMatchObject({ id: "1" });
  });

  test("that is interrupted is cancelled, and so is every permission that waits or comes", async () => {
    const open = await openThread();
    await open.prompt("hello");
    open.agent.permit("1", command, ...kinds);
    await open.until("ask");
    await open.thread.interrupt();
    const written = [fieldsOf(await open.agent.process.nextWrite())];
    written.push(fieldsOf(await open.agent.process.nextWrite()));
    expect(written.find(({ method }) => method === "session/cancel")?.["params"]).toEqual({
      sessionId,
    });
    const cancelled = { outcome: { outcome: "cancelled" } };
    expect(written.find(({ id }) => id === "1")?.["result"]).toEqual(cancelled);
    open.agent.permit("2", { ...command, toolCallId: "call-2" }, ...kinds);
    expect(await open.agent.answered()).toEqual({ id: "2", result: cancelled });
    open.end("cancelled");
    expect((await open.until("end")).at(-1)).toMatchObject({ status: "interrupted" });
  });

  test("whose request the agent takes back is not asked about any more", async () => {
    const open = await openThread();
    await open.prompt("hello");
    open.agent.permit("1", command, ...kinds);
    await open.until("ask");
    const method = "$/cancel_request";
    open.agent.process.emit({ jsonrpc: "2.0", method, params: { requestId: "1" } });
    expect((await open.until("withdraw")).at(-1)).toEqual({ op: "withdraw", id: "ask-1" });
  });

  test.each([
    [-32_603, "Internal error", { details: "401: bad key" }, "unauthenticated", "401: bad key"],
    [401, '{"error":{"message":"bad key"}}', undefined, "unauthenticated", "bad key"],
    [-32_002, "Resource not found", undefined, "not-found", "Resource not found"],
    [-32_603, "Internal error", "overloaded", "overloaded", "overloaded"],
  ])("that fails with %i %s says why", async (code, message, data, kind, sentence) => {
    const open = await openThread();
    await open.thread.prompt({
      id: turnId,
      input: [],
      settings: specOf().settings,
      outputSchema: null,
    });
    const { id } = await open.agent.next("session/prompt");
    open.agent.process.emit({ jsonrpc: "2.0", id, error: { code, message, data } });
    expect((await open.until("end")).at(-1)).toMatchObject({
      status: "failed",
      failure: { kind, message: sentence },
    });
  });

  test("ends with its agent, whose last words tell why", async () => {
    const open = await openThread();
    await open.prompt("hello");
    open.agent.process.exit({ code: 3, stderr: "out of memory" });
    await expect(open.until("end")).rejects.toThrow("Plain ended (exit code 3): out of memory");
  });

  test("asks what the agent wants to know in a form", async () => {
    const open = await openThread();
    await open.prompt("hello");
    const requestedSchema = { type: "object", properties: { color: { type: "string" } } };
    const params = { sessionId, mode: "form", message: "Which?", requestedSchema };
    open.agent.process.emit({ jsonrpc: "2.0", id: 9, method: "elicitation/create", params });
    const [ask] = (await open.until("ask")).slice(-1);
    const form = { kind: "elicitation", server: "Plain", message: "Which?", form: requestedSchema };
    expect(ask).toMatchObject({ ask: { ...form, url: null } });
    await open.thread.answer("ask-1", { type: "content", content: { color: "red" } });
    expect(await open.agent.answered()).toEqual({
      id: 9,
      result: { action: "accept", content: { color: "red" } },
    });
  });

  test("tolerates extensions: unknown requests are refused, unknown notifications are nothing", async () => {
    const open = await openThread();
    await open.prompt("hello");
    open.agent.process.emit({ jsonrpc: "2.0", method: "_vendor/hint", params: {} });
    open.agent.process.emit({ jsonrpc: "2.0", id: 4, method: "_vendor/ask", params: {} });
    const refusal = fieldsOf(await open.agent.process.nextWrite());
    expect(refusal).toMatchObject({ id: 4, error: { code: -32_601 } });
    open.end();
    expect((await open.until("end")).at(-1)).toMatchObject({ status: "completed" });
  });

  test("takes no images where the agent does not", async () => {
    const open = await openThread();
    const image = { type: "image" as const, url: "data:image/png;base64,AAAA" };
    const turn = { id: turnId, input: [image], settings: specOf().settings, outputSchema: null };
    await expect(open.thread.prompt(turn)).rejects.toThrow("Plain takes no images");
    const taking = await openThread({ capabilities: { promptCapabilities: { image: true } } });
    await taking.thread.prompt(turn);
    const { params } = await taking.agent.next("session/prompt");
    expect(listOf(fieldsOf(params)["prompt"])).toEqual([
      { type: "image", mimeType: "image/png", data: "AAAA" },
    ]);
  });

  test("shows a plan, an image and a title", async () => {
    const open = await openThread();
    await open.prompt("hello");
    const entries = [{ content: "first", priority: "high", status: "in_progress" }];
    const content = { type: "image", mimeType: "image/png", data: "AAAA" };
    open.agent.update(
      { sessionUpdate: "plan", entries },
      { sessionUpdate: "agent_message_chunk", content },
      { sessionUpdate: "session_info_update", title: "A title" },
    );
    open.end();
    const ops = await open.until("end");
    expect(ops).toContainEqual({ op: "plan", steps: [{ step: "first", status: "inProgress" }] });
    expect(ops).toContainEqual({ op: "title", title: "A title" });
    const result = [{ type: "image", mediaType: "image/png", base64: "AAAA" }];
    expect(ops.find(({ op }) => op === "close")).toMatchObject({ item: { type: "tool", result } });
  });
});
