import { tmpdir } from "node:os";
import { codexVersion } from "@fairlead/codex-proto";
import { expect, test } from "vitest";
import { createAgentServer } from "../src/server/agent-server.ts";
import { memoryPair } from "../src/transport/memory.ts";
import { scriptedBridge } from "./support/scripted-bridge.ts";

test("the first version a client reads is that of codex, whatever the client's own is", async () => {
  const environment = async (): Promise<Record<string, string>> => ({});
  const { factory: bridge } = scriptedBridge();
  await using server = createAgentServer({
    bridge,
    dataDir: null,
    defaultCwd: tmpdir(),
    environment,
  });
  const [near, far] = memoryPair();
  server.attach(far);
  const answer = new Promise<string>((resolve) => {
    near.start({ onFrame: resolve, onClose: () => {} });
  });
  const clientInfo = { name: "old_client", title: null, version: "0.1.2" };
  near.send(JSON.stringify({ id: 1, method: "initialize", params: { clientInfo } }));
  const [, userAgent = ""] = /"userAgent":"([^"]*)"/.exec(await answer) ?? [];
  expect(/\d+\.\d+\.\d+/.exec(userAgent)?.[0]).toBe(codexVersion);
  expect(userAgent).toContain("(old_client; 0.1.2)");
});
