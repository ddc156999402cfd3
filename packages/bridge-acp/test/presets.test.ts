import { readFileSync } from "node:fs";
import { afterEach, expect, test, vi } from "vitest";
import acp, { presets } from "../src/index.ts";
import { hello, hostOf, signal, specOf } from "./open-thread.ts";

afterEach(() => vi.unstubAllEnvs());

test("each preset has its own name, and says how it is started", () => {
  for (const [name, { id, displayName, command, install }] of Object.entries(presets)) {
    expect(id).toBe(name);
    expect(displayName).not.toBe("");
    expect(command).toMatch(/^[a-z-]+$/);
    expect(install ?? "-").not.toBe("");
  }
});

test("an agent that asks for nothing by itself is started so that it asks", () => {
  const { OPENCODE_PERMISSION: rules = "{}" } = presets["opencode"]?.env ?? {};
  // Behind `*` and all else that a user's own file names.
  expect(JSON.parse(rules)).toMatchObject({ "**": { "**": "ask" }, read: { "*.env": "ask" } });
  // A sub-agent's questions reach no client.
  expect(JSON.parse(rules)).toMatchObject({ task: "deny" });
  expect(presets["goose"]?.env).toEqual({ GOOSE_MODE: "approve" });
  expect(presets["codex-acp"]?.args).toContain('approval_policy="untrusted"');
});

test("the shell of Gemini is one whose output reaches a client, unless the user has it otherwise", () => {
  const { GEMINI_CLI_SYSTEM_DEFAULTS_PATH: path = "" } = presets["gemini"]?.defaults ?? {};
  const settings: unknown = JSON.parse(readFileSync(path, "utf8"));
  expect(settings).toEqual({ tools: { shell: { enableInteractiveShell: false } } });
});

test("FAIRLEAD_ACP names a preset, or a command that no shell reads", async () => {
  vi.stubEnv("FAIRLEAD_ACP", "gemini");
  expect(acp(hostOf())).toMatchObject({ id: "gemini", displayName: "Gemini CLI" });
  vi.stubEnv("FAIRLEAD_ACP", " my-agent  --acp $HOME;x ");
  const host = hostOf();
  const probing = acp(host).probe({ signal });
  const agent = await hello(host);
  expect(agent.process.spec).toMatchObject({ file: "my-agent", args: ["--acp", "$HOME;x"] });
  expect(await probing).toEqual({ available: true, version: "1.2.3" });
});

test("without FAIRLEAD_ACP the probe says what to set, and nothing is started", async () => {
  vi.stubEnv("FAIRLEAD_ACP", "");
  const host = hostOf();
  const adapter = acp(host);
  const status = await adapter.probe({ signal });
  expect(status).toMatchObject({ available: false, reason: "error" });
  expect(JSON.stringify(status)).toContain("FAIRLEAD_ACP is not set: name an agent (gemini, ");
  await expect(adapter.openThread(specOf(), { signal })).rejects.toThrow("FAIRLEAD_ACP is not set");
  expect(host.processes).toEqual([]);
});

test("an agent that is slow to start is usable, of a version nobody knows", async () => {
  vi.stubEnv("FAIRLEAD_ACP", "slow-agent");
  const host = hostOf();
  const probing = acp(host).probe({ signal });
  const process = await host.nextProcess();
  await process.nextWrite();
  host.advance(4000);
  expect(await probing).toEqual({ available: true, version: null });
  expect(process.disposed).toBe(true);
});
