import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import { createAgentServer, type AgentServer } from "../../src/server/agent-server.ts";
import { scriptedBridge, type ScriptedBridge } from "./scripted-bridge.ts";
import { WireClient } from "./wire-client.ts";

/** What every test of a served agent works with. */
export interface Serving {
  /** A folder of its own. */
  folder: string;
  bridge: ScriptedBridge;
  server: AgentServer;
  client: WireClient;
}

/** Serves a scripted agent to one client, anew for every test of the file. */
export function serving(): Serving {
  const now: Partial<Serving> = {};
  beforeEach(async () => {
    const folder = await mkdtemp(join(tmpdir(), "fairlead-serving-"));
    const bridge = scriptedBridge();
    const server = createAgentServer({
      bridge: bridge.factory,
      dataDir: null,
      defaultCwd: folder,
      environment: async () => ({ PATH: process.env["PATH"] ?? "", SHELL: "/bin/sh" }),
    });
    const client = await WireClient.connect(server);
    Object.assign(now, { folder, bridge, server, client });
  });
  afterEach(async () => {
    await now.server?.[Symbol.asyncDispose]();
    if (now.folder !== undefined) await rm(now.folder, { recursive: true });
  });
  const known = <K extends keyof Serving>(key: K): Serving[K] => {
    const value = now[key];
    if (value === undefined) throw new Error("nothing is served outside a test");
    return value;
  };
  return {
    get folder() {
      return known("folder");
    },
    get bridge() {
      return known("bridge");
    },
    get server() {
      return known("server");
    },
    get client() {
      return known("client");
    },
  };
}
