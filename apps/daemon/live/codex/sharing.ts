import assert from "node:assert/strict";
import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connectWebSocket } from "@fairlead/bridge-core/peer";
import { nonceOf } from "@fairlead/testkit";
import { answerOf, completed } from "../expect.ts";
import type { CodexDesk } from "./desk.ts";
import { startOther } from "./other.ts";
import type { CodexScenario } from "./scenario.ts";

/** The port that the app-server listens on, as it wrote it into a file of the wrapper's. */
async function portOf(desk: CodexDesk): Promise<string> {
  const said = await readFile(join(desk.root, "said"), "utf8");
  const port = /ws:\/\/127\.0\.0\.1:(\d+)/u.exec(said)?.[1];
  assert.ok(port, said);
  return port;
}

/** How many connections share one codex, and which codex it is. */
export const sharing: readonly CodexScenario[] = [
  {
    id: "shared",
    sentence:
      "Two clients share one app-server: each is told of the other's thread and can go on with it.",
    async run(desk) {
      const codex = desk.codex();
      const [first, second] = await Promise.all([desk.client(codex), desk.client(codex)]);
      await desk.server();
      const { thread } = await first.request("thread/start", { cwd: desk.folder });
      await second.waitFor("thread/started", (params) => params.thread.id === thread.id);
      completed(await first.runTurn({ threadId: thread.id, input: "nonce: from the first" }));
      await second.request("thread/resume", { threadId: thread.id, excludeTurns: true });
      const turn = await second.runTurn({ threadId: thread.id, input: "nonce: from the second" });
      assert.equal(answerOf(turn), nonceOf("from the second"));
      const seen = await first.waitFor(
        "item/completed",
        ({ item }) => item.type === "agentMessage" && item.text === nonceOf("from the second"),
      );
      assert.equal(seen.threadId, thread.id);
    },
  },
  {
    id: "other-server",
    sentence:
      "An app-server that somebody else runs at codex's own socket is used, and outlives the daemon.",
    async run(desk) {
      const other = await startOther(desk);
      const codex = desk.codex();
      const client = await desk.client(codex);
      assert.deepEqual(await desk.servers(), []);
      const { thread } = await client.request("thread/start", { cwd: desk.folder });
      completed(await client.runTurn({ threadId: thread.id, input: "say: over there" }));
      await codex[Symbol.asyncDispose]();
      await client.closed;
      assert.equal(other.isRunning(), true);
      const native = await desk.client(other.url);
      const { data } = await native.request("thread/loaded/list", {});
      assert.deepEqual(data, [thread.id]);
    },
  },
  {
    id: "other-restart",
    sentence: "An app-server of somebody else's is not restarted: the sentence says who may.",
    async run(desk) {
      const other = await startOther(desk);
      const codex = desk.codex();
      const client = await desk.client(codex);
      await assert.rejects(codex.restart(), /not started by Fairlead/u);
      assert.equal(other.isRunning(), true);
      await client.request("model/list", {});
    },
  },
  {
    id: "stdio",
    sentence: "A codex that cannot listen gets an app-server per connection, which ends with it.",
    async run(desk) {
      const hiding = `case "$*" in *--help*) "$REAL" "$@" | grep -v -e listen -e :// ;; *) exec "$REAL" "$@" ;; esac`;
      const codex = desk.codex({ path: [await desk.wrapper("old", hiding)] });
      const [first, second] = [await desk.client(codex), await desk.client(codex)];
      assert.equal((await desk.servers()).length, 2);
      const { thread } = await first.request("thread/start", { cwd: desk.folder });
      const turn = await first.runTurn({ threadId: thread.id, input: "nonce: over pipes" });
      assert.equal(answerOf(turn), nonceOf("over pipes"));
      await first.close();
      await second.request("model/list", {});
      while ((await desk.servers()).length > 1) await sleep(20);
      await codex.restart();
      await second.closed;
      assert.deepEqual(await desk.servers(), []);
    },
  },
  {
    id: "websocket",
    sentence:
      "A codex without unix sockets listens on loopback, and lets in only who has the token.",
    async run(desk) {
      const hiding = `case "$*" in *--help*) "$REAL" "$@" | sed 's|unix://||g' ;; *) exec "$REAL" "$@" ;; esac`;
      const telling = hiding.replace(
        '*) exec "$REAL" "$@" ;;',
        `*) "$REAL" "$@" 2>&1 | tee '${desk.root}/said' >&2 ;;`,
      );
      const codex = desk.codex({ path: [await desk.wrapper("windows", telling)] });
      const client = await desk.client(codex);
      const { thread } = await client.request("thread/start", { cwd: desk.folder });
      const turn = await client.runTurn({ threadId: thread.id, input: "nonce: over tcp" });
      assert.equal(answerOf(turn), nonceOf("over tcp"));
      const { command } = await desk.server();
      assert.match(command, /--listen ws:\/\/127\.0\.0\.1:0 --ws-auth capability-token/u);
      const port = await portOf(desk);
      await assert.rejects(
        connectWebSocket(`ws://127.0.0.1:${port}`),
        /401 missing websocket bearer token/u,
      );
    },
  },
  {
    id: "newest-usable",
    sentence: "Of several codex on the PATH the newest one that has an app-server is run.",
    async run(desk) {
      const path = [
        await desk.wrapper(
          "old",
          `[ "$1" = --version ] && echo codex-cli 0.1.0 || exec "$REAL" "$@"`,
        ),
        await desk.wrapper("real", `exec "$REAL" "$@"`),
        await desk.wrapper("broken", `[ "$1" = --version ] && echo codex-cli 999.0.0`),
      ];
      const codex = desk.codex({ path });
      assert.deepEqual(await codex.status(), { available: true, version: "0.169.0" });
      assert.equal(await codex.program(), join(desk.root, "real", "codex"));
      await (await desk.client(codex)).request("model/list", {});
    },
  },
  {
    id: "bin-missing",
    sentence:
      "A chosen program that is missing is named; the codex on the PATH does not take its place.",
    async run(desk) {
      const bin = join(desk.root, "nowhere", "codex");
      const codex = desk.codex({ bin });
      await assert.rejects(access(bin));
      await assert.rejects(desk.client(codex), (error: Error) => error.message.includes(bin));
      const status = await codex.status();
      assert.equal(status.available, false);
      assert.deepEqual(await desk.servers(), []);
    },
  },
];
