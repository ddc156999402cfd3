import { utimes } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CodexFinder } from "../../src/codex/find/codex-finder.ts";
import { type FakeMachine, codexScript, fakeMachine } from "./fake-codex.ts";

function look(machine: FakeMachine, bin: string | null = null) {
  const { groups, log, env } = machine;
  const finder = new CodexFinder({ bin, groups: async () => groups, log });
  return () => finder.find({ platform: "linux", env, home: env["HOME"] ?? "" });
}

// The machine that runs the tests may have a codex of its own: none is as new as these.
test("the newest one that has an app-server is used, wherever it is on the PATH", async () => {
  await using machine = await fakeMachine("first", "second", "third");
  await machine.program("first", codexScript("901.0.0", "exit 0"));
  const second = await machine.program("second", codexScript("902.0.2", "exit 0"));
  await machine.program("third", 'test "$1" = --version && echo codex-cli 903.0.0');
  const found = await look(machine)();
  expect(found).toEqual({
    ok: true,
    codex: { file: second, version: "902.0.2", listening: "unix", because: null },
  });
  expect(machine.logged.join()).toContain(join(machine.root, "third", "codex"));
});

test("without an app-server, the program is named with what to do", async () => {
  await using machine = await fakeMachine("old");
  const file = await machine.program("old", 'test "$1" = --version && echo codex-cli 0.20.0');
  expect(await look(machine, "codex")()).toEqual({
    ok: false,
    reason: "unsupported-version",
    detail: `codex 0.20.0 at ${file} has no working \`codex app-server\`: update it, run \`npm i -g @openai/codex\``,
  });
});

test("a chosen program that is missing is named, and no other one takes its place", async () => {
  await using machine = await fakeMachine("there");
  await machine.program("there", codexScript("0.169.0", "exit 0"));
  const bin = join(machine.root, "gone", "codex");
  const found = await look(machine, bin)();
  expect(found).toMatchObject({ ok: false, reason: "not-installed" });
  expect(found).toHaveProperty("detail", expect.stringContaining(bin));
  expect(found).toHaveProperty("detail", expect.stringContaining("fairlead config edit"));
});

test("a changed program is asked again, an unchanged one is not", async () => {
  await using machine = await fakeMachine("bin");
  const file = await machine.program("bin", codexScript("0.150.0", "exit 0"));
  const find = look(machine, file);
  const first = await find();
  expect(await find()).toBe(first);
  await machine.program("bin", codexScript("0.151.0", "exit 0"));
  await utimes(file, 1, 1);
  expect(await find()).toMatchObject({ codex: { version: "0.151.0" } });
});
