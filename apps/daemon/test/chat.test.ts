import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sandbox } from "./run-fairlead.ts";

test("chat works with piped lines: prompts, answers, and an end", async () => {
  await using place = await sandbox();
  const chat = place.start(["chat", "demo"]);
  chat.child.stdin.end("good morning\nrun: echo $((40 + 2))\ny\nrun: touch made\nn\n");
  expect(await chat.exitCode).toBe(0);
  expect(chat.stdout()).toContain("You said: good morning\n");
  expect(chat.stdout()).toContain("$ echo $((40 + 2))\n");
  expect(chat.stdout()).toContain("\n42\n✓ done\n");
  expect(chat.stdout()).toContain("✗ not run\n");
  expect(chat.stdout()).not.toContain("\u001B[");
});

test("Ctrl-C interrupts the turn, and the chat goes on", async () => {
  await using place = await sandbox();
  const chat = place.start(["chat", "demo"]);
  chat.child.stdin.write("slow\n");
  await chat.until(/Still thinking/u);
  chat.child.kill("SIGINT");
  await chat.until(/✗ interrupted/u);
  chat.child.stdin.end("hello again\n");
  await chat.until(/You said: hello again/u);
  expect(await chat.exitCode).toBe(0);
});

test("tui without codex says what to type", async () => {
  await using place = await sandbox();
  const bin = join(place.folder, "bin");
  await mkdir(bin);
  await symlink(process.execPath, join(bin, "node"));
  const tui = place.start(["tui", "demo"], { PATH: bin });
  expect(await tui.exitCode).toBe(1);
  expect(tui.stderr()).toContain("npm i -g @openai/codex");
});

test("tui gives codex the agent's socket and this folder, and ends as it ends", async () => {
  await using place = await sandbox();
  const bin = join(place.folder, "bin");
  await mkdir(bin);
  const codex = join(bin, "codex");
  await writeFile(codex, '#!/bin/sh\necho "codex $*"\nexit 7\n');
  await chmod(codex, 0o755);
  const path = `${bin}:${process.env["PATH"] ?? ""}`;
  const tui = place.start(["tui", "demo", "--", "--model", "x"], { PATH: path });
  expect(await tui.exitCode).toBe(7);
  const socket = join(place.folder, "data", "run", "demo.sock");
  expect(tui.stdout()).toBe(`codex --remote unix://${socket} --cd ${place.folder} --model x\n`);
});
