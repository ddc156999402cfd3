import { existsSync, statSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { connectWebSocket } from "@fairlead/bridge-core/peer";
import { leaveToOthers } from "@fairlead/client";
import { expect, test } from "vitest";
import { threadAgentNames } from "../src/registry.ts";
import { lawfulClient, runCommand } from "./lawful-client.ts";
import { type Sandbox, sandbox } from "./run-fairlead.ts";

async function serve(place: Sandbox, ...options: readonly string[]) {
  const daemon = place.start(["serve", "--port", "0", "--no-alleycat", ...options]);
  const [, url = ""] = await daemon.until(/websocket\s+(ws:\/\/127\.0\.0\.1:\d+)/u);
  await daemon.until(/Stop with Ctrl-C/u);
  const token = (
    await readFile(join(place.folder, "data", "state", "operator-token"), "utf8")
  ).trim();
  return { daemon, url, token };
}

test("the WebSocket serves the agent named in its path to who has the token", async () => {
  await using place = await sandbox();
  const { daemon, url, token } = await serve(place);
  expect(daemon.stdout()).not.toContain(token);
  await using lawful = await lawfulClient(`${url}/agents/demo`, token);
  const turn = await runCommand(lawful.client, "echo $((40 + 2))", "accept");
  expect(turn).toEqual({ status: "completed", output: "42\n" });
  await expect(connectWebSocket(url, { token: "wrong" })).rejects.toThrow(
    "401 invalid websocket bearer token",
  );
  await expect(connectWebSocket(url)).rejects.toThrow("401 missing websocket bearer token");
  await expect(connectWebSocket(`${url}/agents/nobody`, { token })).rejects.toThrow(
    `404 agent \`nobody\` is disabled or unknown: use one of ${threadAgentNames.join(", ")}`,
  );
  await expect(connectWebSocket(`${url}/demo`, { token })).rejects.toThrow(
    "404 nothing is at /demo: connect to / for all agents, or to /agents/NAME",
  );
  const health = await fetch(`${url.replace("ws:", "http:")}/healthz`);
  expect(health.status).toBe(200);
});

test("the unix socket of an agent needs no token, and nobody else can open it", async () => {
  await using place = await sandbox();
  await serve(place);
  const socket = join(place.folder, "data", "run", "demo.sock");
  await using lawful = await lawfulClient(`unix://${socket}`);
  const turn = await runCommand(lawful.client, "touch made", "decline");
  expect(turn.status).toBe("completed");
  expect(existsSync(join(place.folder, "made"))).toBe(false);
  const modes = ["data", "data/run", "data/run/demo.sock", "data/state/operator-token"].map(
    (path) => (statSync(join(place.folder, path)).mode & 0o777).toString(8),
  );
  expect(modes).toEqual(["700", "700", "600", "600"]);
});

test("a second daemon on the same data is refused; SIGTERM ends the first cleanly", async () => {
  await using place = await sandbox();
  const { daemon } = await serve(place);
  const second = place.start(["serve", "--port", "0"]);
  expect(await second.exitCode).toBe(1);
  expect(second.stderr()).toContain(`process ${daemon.child.pid}`);
  daemon.child.kill("SIGTERM");
  expect(await daemon.exitCode).toBe(0);
  expect(existsSync(join(place.folder, "data", "run", "demo.sock"))).toBe(false);
});

test("a daemon that was killed is no obstacle to the next", async () => {
  await using place = await sandbox();
  const { daemon } = await serve(place);
  daemon.child.kill("SIGKILL");
  await daemon.exitCode;
  const { url, token } = await serve(place);
  await using lawful = await lawfulClient(`${url}/agents/demo`, token);
  expect((await runCommand(lawful.client, "true", "accept")).status).toBe("completed");
});

test("a data folder open to others is refused with what to type", async () => {
  await using place = await sandbox();
  const folder = join(place.folder, "open");
  await mkdir(folder, { mode: 0o755 });
  const daemon = place.start(["serve", "--port", "0", "--data-dir", folder]);
  expect(await daemon.exitCode).toBe(1);
  expect(daemon.stderr()).toContain(`chmod 700 ${folder}`);
});

test.each([
  [["--cwd", "/nonexistent"], 1, "--cwd /nonexistent: ENOENT"],
  [["--cwd", "/dev/null"], 1, "--cwd /dev/null: it is no folder"],
  [["--approval-limit", "0"], 2, "'--approval-limit <minutes>' argument '0' is invalid"],
  [["--approval-limit", "soon"], 2, "It is a number of minutes above 0, at most 10080."],
  [["--approval-limit", "10081"], 2, "It is a number of minutes above 0, at most 10080."],
  [["--approvals", "never"], 2, "Allowed choices are ask, auto."],
  [["--sandbox", "none"], 2, "Allowed choices are read-only, workspace-write, danger-full-access."],
])("serve %j is refused with a sentence", async (options, code, sentence) => {
  await using place = await sandbox();
  const daemon = place.start(["serve", "--port", "0", "--no-alleycat", ...options]);
  expect(await daemon.exitCode).toBe(code);
  expect(daemon.stderr()).toContain(sentence);
});

test("an approval nobody answers within --approval-limit is declined, not run", async () => {
  await using place = await sandbox();
  const { url, token } = await serve(place, "--approval-limit", "0.01");
  await using lawful = await lawfulClient(`${url}/agents/demo`, token);
  const { client } = lawful;
  using _asked = client.onServerRequest("item/commandExecution/requestApproval", leaveToOthers);
  const { thread } = await client.request("thread/start", {});
  const { turn, items } = await client.runTurn({ threadId: thread.id, input: "run: touch made" });
  expect(turn.status).toBe("completed");
  expect(items).toContainEqual(
    expect.objectContaining({ type: "commandExecution", status: "declined" }),
  );
  expect(existsSync(join(place.folder, "made"))).toBe(false);
});

test("--approvals and --sandbox are the most a client gets", async () => {
  await using place = await sandbox();
  const policy = { approvalPolicy: "never", sandbox: "danger-full-access" } as const;
  const socket = `unix://${join(place.folder, "data", "run", "demo.sock")}`;
  const { daemon } = await serve(place, "--sandbox", "read-only");
  {
    await using lawful = await lawfulClient(socket);
    const started = await lawful.client.request("thread/start", policy);
    expect(started).toMatchObject({ approvalPolicy: "on-request", sandbox: { type: "readOnly" } });
    const { message } = await lawful.client.waitFor("warning");
    expect(message).toContain("The operator's policy limits this thread");
  }
  daemon.child.kill("SIGTERM");
  await daemon.exitCode;
  await serve(place, "--approvals", "auto", "--sandbox", "danger-full-access");
  await using lawful = await lawfulClient(socket);
  const started = await lawful.client.request("thread/start", policy);
  expect(started).toMatchObject({ approvalPolicy: "never", sandbox: { type: "dangerFullAccess" } });
});
