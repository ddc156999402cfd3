import assert from "node:assert/strict";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { replies } from "../../src/devices/replies.ts";
import type { Place } from "./place.ts";
import { type DaemonRow, endedWith, words } from "./row.ts";

/** What a daemon finds that was killed, or whose files were damaged. */
export const damage: readonly DaemonRow[] = [
  {
    id: "killed-asked",
    sentence:
      "kill -9 while an approval waits: who comes back is told that the question is over and the turn failed, `thread/read` and `status` say so too, and the command never runs",
    async run(place) {
      const daemon = await place.serve();
      let lost: () => void = () => {};
      const isLost = new Promise<void>((resolve) => (lost = resolve));
      const client = await place.client({ session: { device: "desk", onLost: () => lost() } });
      let asked: () => void = () => {};
      const isAsked = new Promise<void>((resolve) => (asked = resolve));
      using _question = client.onServerRequest("item/commandExecution/requestApproval", () => {
        asked();
        return new Promise<never>(() => {});
      });
      const { thread } = await client.request("thread/start", { cwd: place.project });
      const input = [...words("run: touch ran")];
      const { turn } = await client.request("turn/start", { threadId: thread.id, input });
      await isAsked;
      daemon.child.kill("SIGKILL");
      await daemon.exit;
      await isLost;
      await place.serve();
      const from = client.position;
      const notice = await client.reconnect(`unix://${place.paths.socket("demo")}`);
      assert.equal(notice?.attached, "drift");
      await client.waitFor("serverRequest/resolved", ({ threadId }) => threadId === thread.id, {
        from,
      });
      const completed = await client.waitFor("turn/completed", () => true, { from });
      assert.deepEqual([completed.turn.id, completed.turn.status], [turn.id, "failed"]);
      const read = await client.request("thread/read", { threadId: thread.id, includeTurns: true });
      assert.deepEqual(
        read.thread.turns.map(({ id, status }) => [id, status]),
        [[turn.id, "failed"]],
      );
      const { cutTurns, approvals } = await place.status();
      assert.deepEqual(
        cutTurns.map(({ threadId }) => threadId),
        [thread.id],
      );
      assert.deepEqual(approvals, []);
      assert.match((await place.fairlead(["status"])).stdout, new RegExp(`cut.*${thread.id}`, "u"));
      // The thread goes on, and the question of the dead turn does not come back with it.
      await client.request("thread/resume", { threadId: thread.id });
      const next = await client.runTurn({ threadId: thread.id, input: "hello" });
      assert.equal(next.turn.status, "completed");
      assert.equal(existsSync(join(place.project, "ran")), false);
      await client.close();
    },
  },
  {
    id: "corrupt-each",
    sentence:
      "of devices, gateway, thread index, epoch, tokens and the key of this machine each alone may hold rubbish: it is kept beside as `.corrupt`, the daemon starts and works",
    config: '[websocket]\nport = 0\n\n[alleycat]\ninternet = false\nbind = ["127.0.0.1:0"]\n',
    async run(place) {
      const first = await place.serve();
      const added = await place.fairlead(["devices", "add", "Build", "--json"]);
      replies.added(JSON.parse(endedWith(added, 0).stdout));
      await turn(place);
      first.child.kill("SIGTERM");
      await first.exit;
      const files = kept(place);
      for (const one of parts) {
        assert.ok(
          files.some((file) => one.test(file)),
          `${String(one)}: ${files.join(" ")}`,
        );
      }
      for (const file of files) {
        writeFileSync(file, "\u0000rubbish{", { mode: 0o600 });
        const daemon = await place.serve();
        await turn(place);
        await place.status();
        daemon.child.kill("SIGTERM");
        assert.equal(await daemon.exit, 0, daemon.output());
        const beside = readdirSync(dirname(file)).filter((name) =>
          name.startsWith(`${basename(file)}.corrupt`),
        );
        assert.equal(beside.length, 1, `${file}: ${daemon.output()}`);
      }
    },
  },
];

/** What of all that is kept must be among what is damaged. */
const parts = [
  /devices\.json$/u,
  /gateway\/epoch$/u,
  /gateway\/open-turns\.json$/u,
  /gateway\/threads\.json$/u,
  /agents\/demo\/threads\/[^/]*\.json$/u,
  /alleycat\/host\.key$/u,
  /\/token$/u,
  /\/operator-token$/u,
];

/** A turn from start to end, and a look at those before. */
async function turn(place: Place): Promise<void> {
  await using client = await place.client({ session: { device: "desk" } });
  const { thread } = await client.request("thread/start", { cwd: place.project });
  const { turn: ended } = await client.runTurn({ threadId: thread.id, input: "hello" });
  assert.equal(ended.status, "completed");
  await client.request("thread/list", {});
}

/** Files that are read again. Logs are not, and the last valid host.toml only beside a wrong one. */
function kept({ paths }: Place): readonly string[] {
  return [paths.state, paths.data]
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)),
    )
    .filter((file) => parts.some((part) => part.test(file)));
}
