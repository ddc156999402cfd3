import { describe, expect, it } from "vitest";
import { listenWebSocket } from "@fairlead/bridge-core";
import { Peer, memoryPair } from "@fairlead/bridge-core/peer";
import { CodexClient, RpcError, leaveToOthers, rpcCode } from "@fairlead/client";
import { FakeServer, approval, clientInfo, connected, threadId, turn } from "./fake-server.ts";

const warning = (message: string) => ({ threadId, message });

describe("connect", () => {
  it("shakes hands, and says what it can and wants", async () => {
    await using pair = await connected({ experimental: true, optOut: ["warning"] });
    await pair.client.request("thread/list", {}).catch(() => {});
    expect(pair.client.server.userAgent).toBe("fake");
    expect(pair.server.received.slice(0, 2)).toEqual([
      {
        method: "initialize",
        params: {
          clientInfo: { name: "test", title: null, version: "0" },
          capabilities: {
            experimentalApi: true,
            requestAttestation: false,
            optOutNotificationMethods: ["warning"],
          },
        },
      },
      { method: "initialized", params: undefined },
    ]);
  });

  it("rejects and closes when the server refuses", async () => {
    const [near, far] = memoryPair();
    const server = new Peer(far);
    const refused = CodexClient.connect(near, { clientInfo });
    await expect(refused).rejects.toThrow(RpcError);
    await expect(server.closed).resolves.toMatchObject({ code: 1000 });
  });

  it("goes to an address with a token, and passes on why it is turned away", async () => {
    const servers: FakeServer[] = [];
    await using listener = await listenWebSocket({
      address: { host: "127.0.0.1", port: 0 },
      token: "secret",
      onConnection: (transport) => void servers.push(new FakeServer(transport)),
    });
    const wrong = CodexClient.connect(listener.url, { clientInfo, token: "guess" });
    await expect(wrong).rejects.toThrow("401 invalid websocket bearer token");
    await using client = await CodexClient.connect(listener.url, { clientInfo, token: "secret" });
    expect(client.server.userAgent).toBe("fake");
    expect(servers).toHaveLength(1);
  });

  it("names an address it does not understand", async () => {
    const wrong = CodexClient.connect("http://127.0.0.1:1", { clientInfo });
    await expect(wrong).rejects.toThrow("http://127.0.0.1:1 is not an address");
  });
});

describe("request", () => {
  it("gives the result of the method, or the server's error", async () => {
    await using pair = await connected();
    pair.server.answer("turn/steer", { turnId: "turn-7" });
    const params = { threadId, input: [], expectedTurnId: "turn-7" };
    expect(await pair.client.request("turn/steer", params)).toEqual({ turnId: "turn-7" });
    await expect(pair.client.request("thread/list", {})).rejects.toMatchObject({
      code: rpcCode.methodNotFound,
      message: "no thread/list here",
    });
  });

  it("checks the result when asked to, and names the field", async () => {
    await using pair = await connected({ validate: true });
    pair.server.answerWrongly("turn/start", { turn: { ...turn("inProgress"), id: 7 } });
    await expect(pair.client.request("turn/start", { threadId, input: [] })).rejects.toThrow(
      "the result of turn/start is not as codex has it: turn.id: expected string",
    );
  });

  it("takes a newer server's result as it is when not asked to check", async () => {
    await using pair = await connected();
    pair.server.answerWrongly("turn/steer", { turnId: "turn-7", more: true });
    const params = { threadId, input: [], expectedTurnId: "turn-7" };
    expect(await pair.client.request("turn/steer", params)).toMatchObject({ more: true });
  });
});

describe("notifications", () => {
  it("are found when they came before the question, and when they come after", async () => {
    await using pair = await connected();
    const later = pair.client.waitFor("warning", ({ message }) => message === "second");
    pair.server.notify("warning", warning("first"));
    pair.server.notify("warning", warning("second"));
    expect(await later).toEqual(warning("second"));
    expect(await pair.client.waitFor("warning")).toEqual(warning("first"));
  });

  it("are looked for from a position on", async () => {
    await using pair = await connected();
    pair.server.notify("warning", warning("old"));
    await pair.client.waitFor("warning");
    const found = pair.client.waitFor("warning", undefined, { from: pair.client.position });
    pair.server.notify("warning", warning("new"));
    expect(await found).toEqual(warning("new"));
  });

  it("reach every reader whole, until the end of the connection", async () => {
    const pair = await connected();
    const read = async () => {
      const messages: string[] = [];
      for await (const { method, params } of pair.client.notifications({ from: 0 })) {
        if (method === "warning") messages.push(params.message);
      }
      return messages;
    };
    const readers = [read(), read()];
    for (const message of ["one", "two", "three"]) pair.server.notify("warning", warning(message));
    await pair.client.waitFor("warning", ({ message }) => message === "three");
    await pair[Symbol.asyncDispose]();
    expect(await Promise.all(readers)).toEqual([
      ["one", "two", "three"],
      ["one", "two", "three"],
    ]);
  });

  it("are waited for no longer than the signal and the connection allow", async () => {
    const pair = await connected();
    const patience = new AbortController();
    const given = pair.client.waitFor("warning", undefined, { signal: patience.signal });
    patience.abort(new Error("enough"));
    await expect(given).rejects.toThrow("enough");
    const waiting = pair.client.waitFor("warning");
    await pair[Symbol.asyncDispose]();
    await expect(waiting).rejects.toMatchObject({ code: rpcCode.closed });
  });

  it("are kept in bounds, and a reader who misses some is told", async () => {
    await using pair = await connected({ logLimit: 2 });
    for (const message of ["1", "2", "3", "4", "5"])
      pair.server.notify("warning", warning(message));
    const from = 2;
    expect(
      await pair.client.waitFor("warning", ({ message }) => message === "5", { from }),
    ).toEqual(warning("5"));
    await expect(pair.client.waitFor("warning")).rejects.toThrow("notification 0 is gone");
  });

  it("that are none of the protocol's are told of, not delivered", async () => {
    const problems: string[] = [];
    await using pair = await connected({
      validate: true,
      onInvalid: (problem) => problems.push(problem),
    });
    pair.server.peer.notify("thread/exploded", {});
    pair.server.peer.notify("warning", { message: 1 });
    pair.server.notify("warning", warning("fine"));
    expect(await pair.client.waitFor("warning")).toEqual(warning("fine"));
    expect(problems).toEqual([
      "thread/exploded is no notification of this version of the protocol",
      expect.stringContaining("warning is not as codex has it: message: expected string"),
    ]);
  });
});

describe("server requests", () => {
  const method = "item/commandExecution/requestApproval";

  it("are refused when nobody handles them", async () => {
    await using pair = await connected();
    await expect(pair.server.ask(0, method, approval)).rejects.toMatchObject({
      code: rpcCode.methodNotFound,
      message: `this client does not answer ${method}`,
    });
  });

  it("go to the handler of the thread, else of the method, else to the default", async () => {
    await using pair = await connected({ onUnhandledRequest: () => ({ decision: "cancel" }) });
    const { client, server } = pair;
    const general = client.onServerRequest(method, () => ({ decision: "accept" }));
    const own = client.onServerRequest(method, () => ({ decision: "decline" }), { threadId });
    expect(await server.ask(0, method, approval)).toEqual({ decision: "decline" });
    expect(await server.ask(1, method, { ...approval, threadId: "other" })).toEqual({
      decision: "accept",
    });
    own[Symbol.dispose]();
    expect(await server.ask(2, method, approval)).toEqual({ decision: "accept" });
    general[Symbol.dispose]();
    expect(await server.ask(3, method, approval)).toEqual({ decision: "cancel" });
  });

  it("are withdrawn from the handler when they are settled without it", async () => {
    await using pair = await connected();
    const { client, server, laws } = pair;
    let answerLate = (): void => {};
    const withdrawn = new Promise<unknown>((resolve) => {
      client.onServerRequest(method, (_params, { signal }) => {
        signal.addEventListener("abort", () => resolve(signal.reason));
        return new Promise((answer) => {
          answerLate = () => answer({ decision: "accept" });
        });
      });
    });
    const stopWaiting = new AbortController();
    const asked = server.peer.requestWithId(0, method, approval, { signal: stopWaiting.signal });
    server.notify("serverRequest/resolved", { threadId, requestId: 0 });
    expect(await withdrawn).toBeInstanceOf(Error);
    answerLate();
    await client.request("thread/list", {}).catch(() => {});
    stopWaiting.abort(new Error("unanswered"));
    await expect(asked).rejects.toThrow("unanswered");
    expect(laws.violations.filter(({ law }) => law === "server-request")).toEqual([]);
  });

  it("can be left to other clients", async () => {
    await using pair = await connected({ onUnhandledRequest: leaveToOthers });
    const stopWaiting = new AbortController();
    const asked = pair.server.peer.requestWithId(0, method, approval, stopWaiting);
    await pair.client.request("thread/list", {}).catch(() => {});
    stopWaiting.abort(new Error("unanswered"));
    await expect(asked).rejects.toThrow("unanswered");
  });
});
