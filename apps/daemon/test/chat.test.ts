import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Ask, AskAnswer } from "@fairlead/bridge-core";
import { expect, test } from "vitest";
import { scriptedDaemon } from "./scripted-daemon.ts";
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

const form = {
  type: "object",
  properties: {
    name: { type: "string", title: "Name" },
    copies: { type: "integer", minimum: 1 },
    urgent: { type: "boolean" },
    size: { type: "string", enum: ["small", "large"] },
    note: { type: "string" },
  },
  required: ["name", "copies", "urgent", "size"],
};
const elicitation = { kind: "elicitation", server: "tickets", url: null } as const;
const permissions = {
  kind: "permissions",
  key: "c",
  reason: "to read the log",
  scope: null,
  read: ["/var/log"],
  write: [],
  network: true,
} as const;

test.each<[string, Ask, string, AskAnswer, string]>([
  [
    "a form",
    { ...elicitation, message: "Which ticket?", form },
    "y\nAda\nmany\n2\nyes\nhuge\nlarge\n\n",
    { type: "content", content: { name: "Ada", copies: 2, urgent: true, size: "large" } },
    "? tickets: Which ticket?",
  ],
  [
    "a form without fields",
    { ...elicitation, message: "Close it?", form: null },
    "y\n",
    { type: "content", content: {} },
    "? tickets: Close it?",
  ],
  [
    "a form that a line cannot fill in",
    {
      ...elicitation,
      message: "Pick",
      form: {
        type: "object",
        properties: { tags: { type: "array", items: { type: "string", enum: ["a"] } } },
      },
    },
    "",
    { type: "decline" },
    "Declined: it cannot be answered in this terminal.",
  ],
  [
    "a page to open",
    { ...elicitation, message: "Log in", form: null, url: "https://tickets.example/login" },
    "n\n",
    { type: "decline" },
    "  https://tickets.example/login\n",
  ],
  [
    "more rights, given",
    permissions,
    "y\n",
    { type: "accept" },
    "? The agent wants to read /var/log and use the network\n  to read the log\n",
  ],
  ["more rights, refused", permissions, "n\n", { type: "decline" }, "wants to read /var/log"],
])("the user is asked for %s", async (_what, ask, typed, answer, shown) => {
  await using place = await sandbox();
  let turn = "";
  const heard: AskAnswer[] = [];
  await using _daemon = await scriptedDaemon(place.folder, {
    onPrompt(id, ops) {
      turn = id;
      ops.push({ op: "open", key: "c", item: { type: "command", command: "x", cwd: null } });
      ops.push({ op: "ask", id: "1", ask });
    },
    onAnswer(given, ops) {
      heard.push(given);
      ops.push({ op: "end", turn, status: "completed" });
    },
  });
  const chat = place.start(["chat", "demo"]);
  chat.child.stdin.end(`go\n${typed}`);
  expect(await chat.exitCode).toBe(0);
  expect(heard).toEqual([answer]);
  expect(chat.stdout()).toContain(shown);
});

test("questions at once are asked one by one, each with its own answer", async () => {
  await using place = await sandbox();
  let turn = "";
  const heard: AskAnswer["type"][] = [];
  await using _daemon = await scriptedDaemon(place.folder, {
    onPrompt(id, ops) {
      turn = id;
      for (const key of ["one", "two"]) {
        ops.push({ op: "open", key, item: { type: "command", command: key, cwd: null } });
        const ask = { kind: "command", key, reason: null, scope: null } as const;
        ops.push({ op: "ask", id: key, ask });
      }
    },
    onAnswer({ type }, ops) {
      heard.push(type);
      if (heard.length === 2) ops.push({ op: "end", turn, status: "completed" });
    },
  });
  const chat = place.start(["chat", "demo"]);
  chat.child.stdin.write("go\n");
  await chat.until(/wants to run: one/u);
  expect(chat.stdout()).not.toContain("wants to run: two");
  chat.child.stdin.write("y\n");
  await chat.until(/wants to run: two/u);
  chat.child.stdin.end("n\n");
  expect(await chat.exitCode).toBe(0);
  expect(heard).toEqual(["accept", "decline"]);
});

test("a turn that the agent starts by itself is shown, and its question asked", async () => {
  await using place = await sandbox();
  const heard: AskAnswer[] = [];
  await using _daemon = await scriptedDaemon(place.folder, {
    onPrompt(turn, ops) {
      ops.push({ op: "end", turn, status: "completed" });
      ops.push({ op: "begin", turn: "own", input: [] });
      ops.push({ op: "open", key: "c", item: { type: "command", command: "tidy", cwd: null } });
      const ask = { kind: "command", key: "c", reason: null, scope: null } as const;
      ops.push({ op: "ask", id: "1", ask });
    },
    onAnswer(answer, ops) {
      heard.push(answer);
      ops.push({ op: "open", key: "m", item: { type: "message" } });
      ops.push({ op: "text", key: "m", delta: "Tidied up." });
      ops.push({ op: "end", turn: "own", status: "completed" });
    },
  });
  const chat = place.start(["chat", "demo"]);
  chat.child.stdin.write("go\n");
  await chat.until(/wants to run: tidy/u);
  chat.child.stdin.write("y\n");
  await chat.until(/Tidied up\./u);
  expect(heard).toEqual([{ type: "accept" }]);
  chat.child.stdin.end("/quit\n");
  expect(await chat.exitCode).toBe(0);
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
