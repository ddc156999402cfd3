import assert from "node:assert/strict";
import { readdir, rmdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { completed } from "../expect.ts";
import type { CodexScenario } from "./scenario.ts";

/** What becomes of connections and threads when an app-server ends. */
export const lives: readonly CodexScenario[] = [
  {
    id: "killed",
    sentence:
      "When our app-server is killed in a turn, its connections close and say how; the next one has the thread.",
    async run(desk) {
      const codex = desk.codex();
      const client = await desk.client(codex);
      const { thread } = await client.request("thread/start", { cwd: desk.folder });
      const input = [{ type: "text" as const, text: "hold", text_elements: [] }];
      await client.request("turn/start", { threadId: thread.id, input });
      await client.waitFor("item/agentMessage/delta");
      const { pid } = await desk.server();
      process.kill(pid, "SIGKILL");
      const { code, reason } = await client.closed;
      assert.equal(code, 1011);
      assert.match(reason, /codex has ended \(SIGKILL\)/u);
      assert.match(desk.logged.join("\n"), /warn codex has ended \(SIGKILL\)/u);
      const next = await desk.client(codex);
      assert.notEqual((await desk.server()).pid, pid);
      const read = await next.request("thread/read", { threadId: thread.id, includeTurns: true });
      const [item] = read.thread.turns[0]?.items ?? [];
      assert.ok(item?.type === "userMessage");
      assert.deepEqual(item.content, input);
    },
  },
  {
    id: "hung",
    sentence:
      "An app-server of ours that does not answer is ended, and another one takes its place.",
    async run(desk) {
      const codex = desk.codex();
      const client = await desk.client(codex);
      const { pid } = await desk.server();
      process.kill(pid, "SIGSTOP");
      const next = await desk.client(codex);
      await next.request("model/list", {});
      assert.notEqual((await desk.server()).pid, pid);
      await client.closed;
    },
  },
  {
    id: "restart",
    sentence:
      "A restart ends our app-server and its connections; the next use has a new one and the same threads.",
    async run(desk) {
      const codex = desk.codex();
      const client = await desk.client(codex);
      const { thread } = await client.request("thread/start", { cwd: desk.folder });
      completed(await client.runTurn({ threadId: thread.id, input: "say: before" }));
      const { pid } = await desk.server();
      await codex.restart();
      await client.closed;
      assert.deepEqual(await desk.servers(), []);
      const next = await desk.client(codex);
      assert.notEqual((await desk.server()).pid, pid);
      await next.request("thread/resume", { threadId: thread.id, excludeTurns: true });
      completed(await next.runTurn({ threadId: thread.id, input: "say: after" }));
    },
  },
  {
    id: "disposed",
    sentence: "Nothing is left of our app-server when the daemon ends: no process, no socket.",
    async run(desk) {
      const codex = desk.codex();
      const client = await desk.client(codex);
      const folder = join(desk.root, "state");
      const { command } = await desk.server();
      const [socket = "none"] = await readdir(folder);
      assert.ok(command.endsWith(`--listen unix://${join(folder, socket)}`), command);
      await codex[Symbol.asyncDispose]();
      assert.deepEqual(await desk.servers(), []);
      assert.deepEqual(await readdir(folder), []);
      assert.equal((await client.closed).code, 1001);
    },
  },
  {
    id: "long-path",
    sentence:
      "A state folder whose path is too long for a socket gets a private one in the temporary folder.",
    async run(desk) {
      const codex = desk.codex({ stateDir: join(desk.root, "long".repeat(30)) });
      const client = await desk.client(codex);
      const { command } = await desk.server();
      const socket = /unix:\/\/(\S+)/u.exec(command)?.[1] ?? "none";
      assert.ok(Buffer.byteLength(socket) <= 103, socket);
      assert.equal((await stat(dirname(socket))).mode & 0o777, 0o700);
      const { thread } = await client.request("thread/start", { cwd: desk.folder });
      completed(await client.runTurn({ threadId: thread.id, input: "say: near" }));
      await codex[Symbol.asyncDispose]();
      await assert.rejects(stat(socket));
      await rmdir(dirname(socket));
    },
  },
  {
    id: "no-login",
    sentence:
      "Without a login the status says so and what to type, and no app-server stays behind.",
    async run(desk) {
      const codex = desk.codex({ env: { CODEX_HOME: desk.folder } });
      const status = await codex.status();
      assert.equal(await codex.program(), desk.command);
      assert.deepEqual(status, {
        available: false,
        reason: "unauthenticated",
        detail: "codex is installed, but nobody is logged in: run `codex login`",
        login: [desk.command, "login"],
      });
      assert.deepEqual(await desk.servers(), []);
    },
  },
];
