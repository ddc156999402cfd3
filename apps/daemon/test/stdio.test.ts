import { stdioTransport } from "@fairlead/bridge-core";
import { expect, test } from "vitest";
import { oneOf, threadAgentNames } from "../src/registry.ts";
import { lawfulClient, runCommand } from "./lawful-client.ts";
import { type Running, sandbox } from "./run-fairlead.ts";

const transportOf = ({ child }: Running) =>
  stdioTransport({ input: child.stdout, output: child.stdin });

test("stdio serves one client and ends with its input", async () => {
  await using place = await sandbox();
  const running = place.start(["stdio", "demo"]);
  {
    await using lawful = await lawfulClient(transportOf(running));
    const turn = await runCommand(lawful.client, "pwd", "accept");
    expect(turn).toEqual({ status: "completed", output: `${place.folder}\n` });
  }
  expect(await running.exitCode).toBe(0);
});

test("app-server takes codex options as they come, and the agent from FAIRLEAD_AGENT", async () => {
  await using place = await sandbox();
  const args = ["app-server", "--listen", "stdio://", "--bogus", "-c", "model=x", "extra"];
  const running = place.start(args, { FAIRLEAD_AGENT: "demo" });
  await using lawful = await lawfulClient(transportOf(running));
  expect((await runCommand(lawful.client, "true", "accept")).status).toBe("completed");
  expect(running.stderr()).toBe(
    "fairlead app-server: ignored, as codex's own: --bogus -c model=x extra\n",
  );
});

test("app-server without FAIRLEAD_AGENT says what to set", async () => {
  await using place = await sandbox();
  const running = place.start(["app-server"]);
  expect(await running.exitCode).toBe(1);
  expect(running.stderr()).toContain(
    `set FAIRLEAD_AGENT to the agent to use: ${oneOf(threadAgentNames)}`,
  );
});

test("stdio goes through the daemon that runs", async () => {
  await using place = await sandbox();
  await place.start(["serve", "--port", "0", "--no-alleycat"]).until(/Stop with Ctrl-C/u);
  const running = place.start(["stdio", "demo"]);
  await using lawful = await lawfulClient(transportOf(running));
  const turn = await runCommand(lawful.client, "true", "accept");
  expect(turn.status).toBe("completed");
  expect(running.stderr()).toBe("");
});
