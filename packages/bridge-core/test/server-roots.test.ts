import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { UserInput } from "@fairlead/codex-proto";
import { requireWithinRoots, type RootsGate } from "../src/methods/roots-gate.ts";
import { createAgentServer, type AgentServer } from "../src/server/agent-server.ts";
import { scriptedBridge } from "./support/scripted-bridge.ts";
import { WireClient } from "./support/wire-client.ts";

let folder: string;
let server: AgentServer;
let client: WireClient;

const at = (...names: string[]): string => join(folder, ...names);

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "fairlead-roots-")));
  await mkdir(at("allowed", "sub"), { recursive: true });
  await mkdir(at("allowed-not"));
  await writeFile(at("secret"), "secret");
  await symlink(folder, at("allowed", "way-out"));
  server = createAgentServer({
    bridge: scriptedBridge().factory,
    dataDir: null,
    defaultCwd: at("allowed"),
    environment: async () => ({ PATH: process.env["PATH"] ?? "" }),
    policy: { approvals: "ask", sandbox: "workspace-write", roots: [at("allowed")] },
  });
  client = await WireClient.connect(server);
});

afterEach(async () => {
  await client.hangUp();
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

test("inside the operator's folders all works as without them", async () => {
  const { thread } = await client.request("thread/start", { cwd: at("allowed", "sub") });
  expect(thread.cwd).toBe(at("allowed", "sub"));
  const { thread: other } = await client.request("thread/start", {});
  expect(other.cwd).toBe(at("allowed"));
  const path = at("allowed", "new", "file");
  await client.request("fs/createDirectory", { path: at("allowed", "new"), recursive: true });
  await client.request("fs/writeFile", { path, dataBase64: "aGk=" });
  const ran = await client.request("command/exec", { command: ["cat", path] });
  expect(ran.stdout).toBe("hi");
});

const outside = [
  ["thread/start", () => ({ cwd: folder })],
  ["thread/start", () => ({ cwd: at("allowed-not") })],
  ["thread/start", () => ({ cwd: at("allowed", "..", "allowed-not") })],
  ["thread/start", () => ({ cwd: at("allowed", "way-out") })],
  ["command/exec", () => ({ command: ["true"], cwd: folder })],
  ["fs/readFile", () => ({ path: at("secret") })],
  ["fs/readFile", () => ({ path: at("allowed", "way-out", "secret") })],
  ["fs/writeFile", () => ({ path: at("not-yet", "there"), dataBase64: "" })],
  ["fs/copy", () => ({ sourcePath: at("secret"), destinationPath: at("allowed", "x") })],
  ["fuzzyFileSearch", () => ({ query: "s", roots: [folder], cancellationToken: null })],
] as const;

test.each(outside)(
  "%s outside of them is refused with their names (%#)",
  async (method, params) => {
    await expect(client.request(method, params())).rejects.toMatchObject({
      code: -32600,
      message: expect.stringContaining(
        `is outside the folders the operator allows (${at("allowed")})`,
      ),
    });
  },
);

test("a thread cannot be moved out, and its turn cannot be given more to write", async () => {
  const { thread } = await client.request("thread/start", {});
  const input = [{ type: "text" as const, text: "hi", text_elements: [] }];
  const turn = { threadId: thread.id, input };
  await expect(client.request("turn/start", { ...turn, cwd: folder })).rejects.toThrow("outside");
  const sandboxPolicy = {
    type: "workspaceWrite" as const,
    writableRoots: [folder],
    networkAccess: false,
    excludeTmpdirEnvVar: false,
    excludeSlashTmp: false,
  };
  await expect(client.request("turn/start", { ...turn, sandboxPolicy })).rejects.toThrow("outside");
  await expect(
    client.request("thread/resume", { threadId: thread.id, cwd: at("allowed-not") }),
  ).rejects.toThrow("outside");
});

test("what a turn is to read lies inside too: images and mentions, but not skills of the agent", async () => {
  const { thread } = await client.request("thread/start", {});
  const start = (part: UserInput): Promise<unknown> =>
    client.request("turn/start", { threadId: thread.id, input: [part] });
  const secret = at("secret");
  const message = expect.stringContaining(`turn/start: ${secret} is outside the folders`);
  await expect(start({ type: "localImage", path: secret })).rejects.toMatchObject({ message });
  await expect(start({ type: "localImage", path: "relative.png" })).rejects.toThrow(
    "turn/start: relative.png is outside the folders",
  );
  await expect(start({ type: "mention", name: "it", path: secret })).rejects.toMatchObject({
    message,
  });
  await expect(
    start({ type: "localImage", path: at("allowed", "way-out", "secret") }),
  ).rejects.toThrow("is outside the folders");
});

const gate = (): RootsGate => ({
  roots: [at("allowed")],
  defaultCwd: at("allowed"),
  folderOf: async (threadId) => (threadId === "elsewhere" ? folder : at("allowed", "sub")),
});

test.each([
  ["turn/start", () => ({ threadId: "t", environments: [{ cwd: folder }] })],
  ["thread/start", () => ({ selectedCapabilityRoots: [{ location: { path: folder } }] })],
  ["project/create", () => ({ roots: [{ path: folder }] })],
  ["externalAgentConfig/detect", () => ({ cwds: [folder] })],
  ["feedback/save", () => ({ extraLogFiles: [at("secret")] })],
  ["thread/prepareApprovedPlan", () => ({ threadId: "t", attachmentPath: at("secret") })],
  ["thread/queue/start", () => ({ threadId: "elsewhere" })],
  ["thread/goal/set", () => ({ threadId: "elsewhere", objective: "x" })],
])("%s names a place deeper down, or works where its thread is (%#)", async (method, params) => {
  await expect(requireWithinRoots(method, params(), gate())).rejects.toThrow("is outside");
});

test("what is no place on the disk is none of the gate's business", async () => {
  const input = [
    { type: "skill", name: "s", path: "/home/ada/.agents/skills/s/SKILL.md" },
    { type: "mention", name: "m", path: "app://calendar" },
    { type: "text", text: "read /etc/passwd" },
  ];
  const allowed = expect(requireWithinRoots("turn/start", { threadId: "t", input }, gate()));
  await allowed.resolves.toBeUndefined();
  const filter = expect(requireWithinRoots("skills/list", { cwds: [folder] }, gate()));
  await filter.resolves.toBeUndefined();
});
