import { tmpdir } from "node:os";
import { afterEach, expect, test } from "vitest";
import type { BridgeAdapter, ThreadOp } from "../src/index.ts";
import { createAgentServer, type AgentServer } from "../src/server/agent-server.ts";
import { scriptedBridge, type ScriptedAgent } from "./support/scripted-bridge.ts";
import { WireClient } from "./support/wire-client.ts";

const folder = tmpdir();
let server: AgentServer;
let client: WireClient;

/** A server of an agent that can more than the scripted one. */
async function serve(more: Partial<BridgeAdapter>): Promise<void> {
  const { factory } = scriptedBridge({ capabilities: { input: ["text", "image"] } });
  server = createAgentServer({
    bridge: (host) => ({ ...factory(host), ...more }),
    dataDir: null,
    defaultCwd: folder,
    environment: async () => ({}),
  });
  client = await WireClient.connect(server);
}

afterEach(async () => {
  client.check();
  await client.hangUp();
  await server[Symbol.asyncDispose]();
});

test("lists the agent's models, page by page, with their efforts and what they read", async () => {
  await serve({
    listModels: async () => [
      { id: "big", label: "Big", efforts: ["low", "high"], defaultEffort: "low", default: true },
      { id: "small", label: "Small", efforts: [], defaultEffort: null, default: false },
    ],
  });
  const page = await client.request("model/list", { limit: 1 });
  expect(page.data).toMatchObject([
    {
      id: "big",
      displayName: "Big",
      isDefault: true,
      defaultReasoningEffort: "low",
      supportedReasoningEfforts: [{ reasoningEffort: "low" }, { reasoningEffort: "high" }],
      inputModalities: ["text", "image"],
    },
  ]);
  const rest = await client.request("model/list", { cursor: page.nextCursor });
  expect(rest.data).toMatchObject([{ id: "small", isDefault: false }]);
  expect(rest.nextCursor).toBeNull();
});

test("lists one model for an agent that cannot tell its models", async () => {
  await serve({ listModels: () => Promise.reject(new Error("offline")) });
  const { data } = await client.request("model/list", {});
  expect(data).toMatchObject([{ id: "scripted", displayName: "Scripted", isDefault: true }]);
});

test("lists skills and slash commands for each folder, and why one has none", async () => {
  await serve({
    listCommands: async ({ cwd }) => {
      if (cwd === "/broken") throw new Error("no such folder");
      return [{ kind: "skill", name: "paint", description: "Paints.", path: `${cwd}/paint.md` }];
    },
  });
  const { data } = await client.request("skills/list", { cwds: ["/a", "/broken"] });
  expect(data).toMatchObject([
    { cwd: "/a", skills: [{ name: "paint", path: "/a/paint.md" }], errors: [] },
    { cwd: "/broken", skills: [], errors: [{ path: "/broken", message: "no such folder" }] },
  ]);
});

test("has the agent compact its context, as a turn of its own", async () => {
  const compaction: readonly ThreadOp[] = [
    { op: "begin", turn: "compact-1", input: [] },
    { op: "open", key: "c", item: { type: "compaction" } },
    { op: "close", key: "c" },
    { op: "end", turn: "compact-1", status: "completed" },
  ];
  const { factory, agents } = scriptedBridge();
  server = createAgentServer({
    bridge: (host) => {
      const adapter = factory(host);
      return {
        ...adapter,
        openThread: async (spec, call) => compacting(await adapter.openThread(spec, call)),
      };
    },
    dataDir: null,
    defaultCwd: folder,
    environment: async () => ({}),
  });
  function compacting<T extends object>(thread: T): T & { compact(): Promise<void> } {
    const agent: ScriptedAgent | undefined = agents.all.at(-1);
    return Object.assign(thread, { compact: async () => agent?.emit(...compaction) });
  }
  client = await WireClient.connect(server);
  const threadId = await client.startThread(folder);
  expect(await client.request("thread/compact/start", { threadId })).toEqual({});
  const { turn } = await client.heard("turn/completed");
  expect(turn.status).toBe("completed");
  const { data } = await client.request("thread/items/list", { threadId });
  expect(data.map(({ item }) => item.type)).toEqual(["contextCompaction"]);
});
