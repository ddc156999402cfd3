import {
  type AgentServer,
  type AskAnswer,
  type BridgeFactory,
  type OpChannel,
  type ThreadOp,
  type WebSocketListener,
  createAgentServer,
  listenWebSocket,
  opChannel,
} from "@fairlead/bridge-core";
import { createLawChecker } from "@fairlead/conformance/laws";
import { CodexClient, type CodexClientOptions, rpcCode } from "@fairlead/client";
import { afterEach, describe, expect, it } from "vitest";
import { FakeServer, clientInfo } from "./fake-server.ts";

const open: AsyncDisposable[] = [];
const command = { type: "command", command: "touch x", cwd: null } as const;
const approval = "item/commandExecution/requestApproval";
const input = [{ type: "text" as const, text: "go", text_elements: [] }];

afterEach(async () => {
  for (const resource of open.splice(0).toReversed()) await resource[Symbol.asyncDispose]();
});

/** An agent that does what the test says. */
interface Puppet {
  readonly ops: OpChannel<ThreadOp>;
  readonly answers: AskAnswer[];
  readonly prompts: string[];
}

function puppetBridge(onPrompt: (puppet: Puppet, turn: string) => void): BridgeFactory {
  return () => ({
    contract: 1,
    id: "puppet",
    displayName: "Puppet",
    capabilities: { gating: "all", from: "none", spare: false, input: ["text"] },
    probe: async () => ({ available: true, version: "1" }),
    async openThread() {
      const puppet: Puppet = { ops: opChannel<ThreadOp>(), answers: [], prompts: [] };
      return {
        nativeId: null,
        ops: puppet.ops.items,
        prompt: async ({ id }) => {
          puppet.prompts.push(id);
          onPrompt(puppet, id);
        },
        interrupt: async () => {},
        answer: async (_id, answer) => void puppet.answers.push(answer),
        [Symbol.asyncDispose]: async () => puppet.ops.close(),
      };
    },
    async [Symbol.asyncDispose]() {},
  });
}

interface Prompted {
  readonly puppet: Puppet;
  readonly turn: string;
}

function serve(): { readonly server: AgentServer; readonly prompted: Promise<Prompted> } {
  let tell = (_prompted: Prompted): void => {};
  const prompted = new Promise<Prompted>((resolve) => {
    tell = resolve;
  });
  const bridge = puppetBridge((puppet, turn) => tell({ puppet, turn }));
  const server = createAgentServer({ bridge, dataDir: null, environment: async () => ({}) });
  open.push(server);
  return { server, prompted };
}

async function listen(server: AgentServer): Promise<WebSocketListener> {
  const address = { host: "127.0.0.1", port: 0 };
  const listener = await listenWebSocket({ address, token: null, onUpgrade: server.onUpgrade });
  open.push(listener);
  return listener;
}

/** A client with a device, and a promise of its lost connection. */
async function connect(
  url: string,
  options: Partial<CodexClientOptions> = {},
): Promise<{ readonly client: CodexClient; readonly lost: Promise<void> }> {
  let tell = (): void => {};
  const lost = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const session = { device: "phone", onLost: () => tell() };
  const client = await CodexClient.connect(url, { clientInfo, session, ...options });
  open.push(client);
  return { client, lost };
}

describe("a client with a session", () => {
  it("comes back to all it missed, and to the question its handler still thinks about", async () => {
    const { server, prompted } = serve();
    const first = await listen(server);
    const laws = createLawChecker();
    const { client, lost } = await connect(first.url, {
      onFrame: (direction, frame) => laws[direction](frame),
    });
    expect(client.session?.attached).toBe("fresh");
    let decide = (_decision: "accept"): void => {};
    let asked = 0;
    const seen = new Promise<void>((resolve) => {
      client.onServerRequest(approval, async () => {
        asked += 1;
        resolve();
        return { decision: await new Promise<"accept">((settle) => (decide = settle)) };
      });
    });
    const { thread } = await client.request("thread/start", {});
    await client.request("turn/start", { threadId: thread.id, input });
    const { puppet, turn } = await prompted;
    puppet.ops.push({ op: "open", key: "c", item: command });
    const ask = { kind: "command", key: "c", reason: null, scope: null } as const;
    puppet.ops.push({ op: "ask", id: "a", ask });
    await seen;
    await first[Symbol.asyncDispose]();
    await lost;
    puppet.ops.push({ op: "open", key: "m", item: { type: "message" } });
    puppet.ops.push({ op: "text", key: "m", delta: "meanwhile" });
    puppet.ops.push({ op: "close", key: "m" });
    const second = await listen(server);
    laws.reattach();
    expect((await client.reconnect(second.url))?.attached).toBe("resumed");
    await client.waitFor("item/agentMessage/delta", ({ delta }) => delta === "meanwhile");
    decide("accept");
    await client.waitFor("serverRequest/resolved");
    puppet.ops.push({ op: "close", key: "c" });
    puppet.ops.push({ op: "end", turn, status: "completed" });
    await client.waitFor("turn/completed");
    expect(asked).toBe(1);
    expect(puppet.answers).toEqual([{ type: "accept" }]);
    expect(laws.finish()).toEqual([]);
  });

  it("answers a question while it has no connection", async () => {
    const { server, prompted } = serve();
    const first = await listen(server);
    const { client, lost } = await connect(first.url);
    let decide = (_decision: "decline"): void => {};
    const seen = new Promise<void>((resolve) => {
      client.onServerRequest(approval, async () => {
        resolve();
        return { decision: await new Promise<"decline">((settle) => (decide = settle)) };
      });
    });
    const { thread } = await client.request("thread/start", {});
    await client.request("turn/start", { threadId: thread.id, input });
    const { puppet } = await prompted;
    puppet.ops.push({ op: "open", key: "c", item: command });
    const ask = { kind: "command", key: "c", reason: null, scope: null } as const;
    puppet.ops.push({ op: "ask", id: "a", ask });
    await seen;
    await first[Symbol.asyncDispose]();
    await lost;
    decide("decline");
    await client.reconnect((await listen(server)).url);
    await client.waitFor("serverRequest/resolved");
    expect(puppet.answers).toEqual([{ type: "decline" }]);
  });

  it("sends a request again that was lost, and it runs once", async () => {
    const { server, prompted } = serve();
    const first = await listen(server);
    const { client, lost } = await connect(first.url);
    const { thread } = await client.request("thread/start", {});
    await first[Symbol.asyncDispose]();
    await lost;
    const started = client.request("turn/start", { threadId: thread.id, input });
    await client.reconnect((await listen(server)).url);
    const { turn } = await started;
    const { puppet } = await prompted;
    expect(puppet.prompts).toEqual([turn.id]);
  });

  it("is told when all is lost: open requests are rejected, and it goes on with a new session", async () => {
    const { server } = serve();
    const first = await listen(server);
    const { client, lost } = await connect(first.url);
    const before = client.cursor;
    await first[Symbol.asyncDispose]();
    await lost;
    const failed = expect(client.request("thread/start", {})).rejects.toMatchObject({
      code: rpcCode.closed,
    });
    await server[Symbol.asyncDispose]();
    const notice = await client.reconnect((await listen(serve().server)).url);
    expect(notice?.attached).toBe("drift");
    await failed;
    const { message } = await client.waitFor("warning");
    expect(message).toContain("thread/resume");
    expect((await client.request("thread/loaded/list", {})).data).toEqual([]);
    expect(client.cursor).toBeGreaterThan(before ?? 0);
  });

  it("of an earlier program goes on with its cursor", async () => {
    const { server } = serve();
    const { url } = await listen(server);
    const { client } = await connect(url);
    const { cursor } = client;
    expect(cursor).not.toBeNull();
    const session = { device: "phone", cursor: cursor ?? 0 };
    const later = await connect(url, { session });
    expect(later.client.session?.attached).toBe("resumed");
  });
});

describe("a server", () => {
  it("without sessions is used as it is, also after a new connection", async () => {
    const servers: FakeServer[] = [];
    await using listener = await listenWebSocket({
      address: { host: "127.0.0.1", port: 0 },
      token: null,
      onConnection: (transport) => void servers.push(new FakeServer(transport)),
    });
    const { client } = await connect(listener.url);
    expect([client.session, client.cursor]).toEqual([null, null]);
    expect(await client.reconnect(listener.url)).toBeNull();
    expect(servers.map(({ received }) => received[0]?.method)).toEqual([
      "initialize",
      "initialize",
    ]);
    const plain = await CodexClient.connect(listener.url, { clientInfo });
    await expect(plain.reconnect(listener.url)).rejects.toThrow("cannot come back");
    await plain.close();
  });

  it("says what is wrong with the name of a session", async () => {
    const { url } = await listen(serve().server);
    const nameless = connect(url, { session: { device: "" } });
    await expect(nameless).rejects.toThrow("400 `device` must be a name");
    const torn = connect(url, { session: { device: "x", cursor: 1.5 } });
    await expect(torn).rejects.toThrow("400 `cursor` must be the last");
  });
});
