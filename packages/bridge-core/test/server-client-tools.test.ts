import { tmpdir } from "node:os";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { McpServer } from "../src/index.ts";
import { createAgentServer, type AgentServer } from "../src/server/agent-server.ts";
import { scriptedBridge, type ScriptedBridge } from "./support/scripted-bridge.ts";
import { WireClient } from "./support/wire-client.ts";

let bridge: ScriptedBridge;
let server: AgentServer;
let client: WireClient;

beforeEach(async () => {
  bridge = scriptedBridge();
  server = createAgentServer({
    bridge: bridge.factory,
    dataDir: null,
    defaultCwd: tmpdir(),
    environment: async () => ({}),
  });
  client = await WireClient.connect(server);
});

afterEach(async () => {
  await server[Symbol.asyncDispose]();
});

/** What an agent's own MCP client sends. */
async function call(tools: McpServer | undefined, method: string, params: unknown, token = true) {
  if (tools === undefined || !("url" in tools)) throw new Error("no server of client tools");
  const isNotification = method.startsWith("notifications/");
  const response = await fetch(tools.url, {
    method: "POST",
    headers: { "content-type": "application/json", ...(token ? tools.headers : {}) },
    body: JSON.stringify({ jsonrpc: "2.0", ...(isNotification ? {} : { id: 1 }), method, params }),
  });
  if (response.status !== 200) return response.status;
  const body: { readonly result: unknown } = JSON.parse(await response.text());
  return body;
}

const lookup = {
  type: "function" as const,
  name: "lookup",
  description: "Looks a word up",
  inputSchema: { type: "object", properties: { word: { type: "string" } } },
};

async function startTurn() {
  const { thread } = await client.request("thread/start", {
    cwd: tmpdir(),
    dynamicTools: [lookup],
    developerInstructions: "Speak plainly.",
  });
  await client.say(thread.id, "look it up");
  const agent = await bridge.agents.next();
  return { threadId: thread.id, agent, prompt: await agent.prompts.next() };
}

describe("the client's own tools", () => {
  it("are offered to the agent over loopback, and a call goes to the client and back", async () => {
    const { threadId, agent, prompt } = await startTurn();
    expect(agent.spec.instructions).toBe("Speak plainly.");
    const [tools] = agent.spec.mcpServers;
    expect(await call(tools, "tools/list", {})).toMatchObject({
      result: { tools: [{ name: "lookup", inputSchema: lookup.inputSchema }] },
    });
    // A notification, without parameters as MCP allows it.
    expect(await call(tools, "notifications/initialized", undefined)).toBe(202);
    const args = { word: "fairlead" };
    const item = { type: "mcpTool", server: "client", tool: "lookup", arguments: args } as const;
    agent.emit({ op: "open", key: "t", item });
    const started = await client.heard(
      "item/started",
      (event) => event.item.type === "dynamicToolCall",
    );
    const answering = call(tools, "tools/call", { name: "lookup", arguments: args });
    const request = await client.requests.next();
    expect(request.method).toBe("item/tool/call");
    expect(request.params).toMatchObject({
      threadId,
      turnId: prompt.id,
      callId: started.item.id,
      tool: "lookup",
      arguments: args,
    });
    request.respond({ contentItems: [{ type: "inputText", text: "a ring" }], success: true });
    expect(await answering).toMatchObject({
      result: { content: [{ type: "text", text: "a ring" }], isError: false },
    });
    agent.emit({ op: "close", key: "t" }, { op: "end", turn: prompt.id, status: "completed" });
    await client.heard("turn/completed");
    client.check();
  });

  it("are called off when the turn ends first", async () => {
    const { agent, prompt } = await startTurn();
    const [tools] = agent.spec.mcpServers;
    const answering = call(tools, "tools/call", { name: "lookup", arguments: {} });
    const request = await client.requests.next();
    agent.emit({ op: "end", turn: prompt.id, status: "completed" });
    expect(await answering).toMatchObject({ result: { isError: true } });
    await client.heard("serverRequest/resolved", ({ requestId }) => requestId === request.id);
    await client.heard("turn/completed");
    client.check();
  });

  it("are closed to everyone without the token", async () => {
    const { agent } = await startTurn();
    expect(await call(agent.spec.mcpServers[0], "tools/list", {}, false)).toBe(401);
    client.check({ cut: true });
  });
});
