import { once } from "node:events";
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { oneOf, threadAgentNames } from "../src/registry.ts";
import { sandbox } from "./run-fairlead.ts";

test("the demo asks, is answered, does its work and leaves nothing", async () => {
  await using place = await sandbox();
  const demo = place.start(["demo"]);
  expect(await demo.exitCode).toBe(0);
  expect(demo.stderr()).toBe("");
  expect(demo.stdout()).toContain("? The agent wants to run: echo");
  expect(demo.stdout()).toContain("two and two is 4");
  expect(demo.stdout()).toContain("? The agent wants to change: greeting.txt");
  expect(demo.stdout()).toMatch(/^demo +yes +1\.0\.0 +completed +\d+ ms$/mu);
  expect(await place.leftovers()).toEqual([]);
});

test("with the answer no nothing is run or written, and that is a success", async () => {
  await using place = await sandbox();
  const demo = place.start(["demo", "--answer", "no"]);
  expect(await demo.exitCode).toBe(0);
  expect(demo.stdout()).toContain("✗ not run");
  expect(demo.stdout()).toContain("✗ not written");
  expect(demo.stdout()).not.toContain("two and two is 4");
  expect(demo.stdout()).toMatch(/^demo +yes +1\.0\.0 +declined +\d+ ms$/mu);
  expect(await place.leftovers()).toEqual([]);
});

test("an agent killed in its turn fails the turn and the demo", async () => {
  await using place = await sandbox();
  const demo = place.start(["demo", "--kill-agent"]);
  expect(await demo.exitCode).toBe(1);
  expect(demo.stdout()).toMatch(/^demo +yes +1\.0\.0 +failed: demo agent: exit SIGKILL/mu);
  expect(await place.leftovers()).toEqual([]);
});

test("a port in use is said with its number and the way out", async () => {
  await using place = await sandbox();
  const holder = createServer().listen(0, "127.0.0.1");
  await once(holder, "listening");
  const address = holder.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const demo = place.start(["demo", "--port", `${port}`]);
  expect(await demo.exitCode).toBe(1);
  expect(demo.stderr()).toContain(`--port ${port}: port ${port} on 127.0.0.1 is in use`);
  expect(await place.leftovers()).toEqual([]);
  holder.close();
});

test.each([
  [["demo", "nobody"], 1, `unknown agent nobody: choose ${oneOf(threadAgentNames)}`],
  [["demo", "--port", "many"], 2, "A port is a number from 0 to 65535."],
])("bad input %j is refused with a sentence", async (args, code, sentence) => {
  await using place = await sandbox();
  const demo = place.start(args);
  expect(await demo.exitCode).toBe(code);
  expect(demo.stderr()).toContain(sentence);
});

test("every command has help with an example", async () => {
  await using place = await sandbox();
  const commands = ["serve", "tui", "chat", "stdio", "app-server", "demo"];
  const helps = commands.map((command) => place.start([command, "--help"]));
  for (const help of helps) {
    expect(await help.exitCode).toBe(0);
    expect(help.stdout()).toMatch(/Examples?:\n {2}\$ /u);
  }
});
