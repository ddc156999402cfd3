import { tmpdir } from "node:os";
import { afterEach, describe, expect, it } from "vitest";
import { createAgentServer, type AgentServer } from "../src/server/agent-server.ts";
import { scriptedBridge } from "./support/scripted-bridge.ts";
import { WireClient } from "./support/wire-client.ts";

let server: AgentServer | null = null;

afterEach(async () => {
  await server?.[Symbol.asyncDispose]();
  server = null;
});

const command = { type: "command", command: "touch x", cwd: null } as const;
const ask = { kind: "command", key: "c", reason: null, scope: null } as const;

describe("the operator's limits", () => {
  it("decline an approval nobody answers, where the operator set a time for it", async () => {
    const bridge = scriptedBridge();
    server = createAgentServer({
      bridge: bridge.factory,
      dataDir: null,
      defaultCwd: tmpdir(),
      environment: async () => ({}),
      approvalLimitMs: 20,
    });
    const client = await WireClient.connect(server);
    const threadId = await client.startThread(tmpdir());
    await client.say(threadId, "run it");
    const agent = await bridge.agents.next();
    const prompt = await agent.prompts.next();
    agent.emit({ op: "open", key: "c", item: command }, { op: "ask", id: "a", ask });
    expect((await agent.answers.next()).answer).toEqual({ type: "decline" });
    agent.emit({ op: "end", turn: prompt.id, status: "completed" });
    await client.heard("turn/completed");
    client.check();
  });

  it("end an idle agent, but none that works in the background or waits for an answer", async () => {
    const bridge = scriptedBridge();
    server = createAgentServer({
      bridge: bridge.factory,
      dataDir: null,
      defaultCwd: tmpdir(),
      environment: async () => ({}),
      maxAgents: 1,
    });
    const client = await WireClient.connect(server);
    const open = async (text: string) => {
      const threadId = await client.startThread(tmpdir());
      await client.say(threadId, text);
      const agent = await bridge.agents.next();
      return { agent, prompt: await agent.prompts.next(), threadId };
    };
    const idle = await open("idle");
    idle.agent.reply(idle.prompt, "done");
    await client.heard("turn/completed", (event) => event.threadId === idle.threadId);
    const working = await open("background");
    working.agent.emit({ op: "background", running: true });
    working.agent.reply(working.prompt, "goes on");
    await client.heard("turn/completed", (event) => event.threadId === working.threadId);
    const waiting = await open("ask");
    waiting.agent.emit({ op: "open", key: "c", item: command }, { op: "ask", id: "a", ask });
    await client.requests.next();
    const last = await open("one more");
    expect([idle, working, waiting, last].map(({ agent }) => agent.disposed)).toEqual([
      true,
      false,
      false,
      false,
    ]);
    last.agent.reply(last.prompt, "done");
    await client.heard("turn/completed", (event) => event.threadId === last.threadId);
    client.check({ cut: true });
  });
});
