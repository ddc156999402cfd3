import { mkdtemp, readdir, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createAgentServer, type AgentServer } from "../src/server/agent-server.ts";
import { scriptedBridge } from "./support/scripted-bridge.ts";
import { WireClient } from "./support/wire-client.ts";

let folder: string;
let server: AgentServer;
let client: WireClient;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "fairlead-reading-")));
  await writeFile(join(folder, "there"), "text");
  server = createAgentServer({
    bridge: scriptedBridge().factory,
    dataDir: null,
    defaultCwd: folder,
    environment: async () => ({ PATH: process.env["PATH"] ?? "" }),
    policy: { approvals: "ask", sandbox: "read-only" },
  });
  client = await WireClient.connect(server);
});

afterEach(async () => {
  await client.hangUp();
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const at = (name: string): string => join(folder, name);

test.each([
  ["command/exec", () => ({ command: ["touch", at("new")] })],
  ["process/spawn", () => ({ command: ["touch", at("new")], cwd: folder, processHandle: "p" })],
  ["fs/writeFile", () => ({ path: at("new"), dataBase64: "" })],
  ["fs/createDirectory", () => ({ path: at("new") })],
  ["fs/copy", () => ({ sourcePath: at("there"), destinationPath: at("new") })],
  ["fs/remove", () => ({ path: at("there") })],
] as const)("where clients may only read, %s does nothing (%#)", async (method, params) => {
  await expect(client.request(method, params())).rejects.toMatchObject({
    code: -32600,
    message: expect.stringContaining("(sandbox `read-only`) lets clients change nothing"),
  });
  expect(await readdir(folder)).toEqual(["there"]);
});

test("a command in a thread neither; reading, and asking an agent, go on", async () => {
  const { thread } = await client.request("thread/start", {});
  const command = `touch ${at("new")}`;
  await expect(
    client.request("thread/shellCommand", { threadId: thread.id, command }),
  ).rejects.toThrow("lets clients change nothing");
  const { dataBase64 } = await client.request("fs/readFile", { path: at("there") });
  expect(Buffer.from(dataBase64, "base64").toString()).toBe("text");
  const input = [{ type: "text" as const, text: "hi", text_elements: [] }];
  await client.request("turn/start", { threadId: thread.id, input });
  expect(await readdir(folder)).toEqual(["there"]);
});
