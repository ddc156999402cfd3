import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { badConfigExitCode } from "../../src/config/load.ts";
import { nobody, quietConfig } from "./place.ts";
import { type DaemonRow, endedWith, words } from "./row.ts";

/** What machines do to a daemon. */
export const faults: readonly DaemonRow[] = [
  {
    id: "port-taken",
    sentence:
      "a port that `serve --port` names and somebody else has ends it with 1 and the port; one that host.toml names leaves the daemon running, and `status` says so",
    async run(place) {
      const other = createServer().listen(0, "127.0.0.1");
      await once(other, "listening");
      try {
        const address = other.address();
        assert.ok(address !== null && typeof address === "object");
        const port = String(address.port);
        const failed = endedWith(await place.fairlead(["serve", "--port", port]), 1);
        assert.match(failed.stderr, new RegExp(port));
        place.configure(quietConfig.replace("port = 0", `port = ${port}`));
        await place.serve();
        const { listeners } = await place.status();
        assert.match(listeners.find(({ name }) => name === "websocket")?.problem ?? "", /./);
      } finally {
        other.close();
      }
    },
  },
  {
    id: "corrupt-config",
    sentence:
      "a host.toml that never was valid keeps the daemon from starting, with its line and exit code 78; one that was leaves its last valid state in force",
    async run(place) {
      place.configure("[websocket]\nport = 70000\n");
      const failed = endedWith(await place.fairlead(["serve"]), badConfigExitCode);
      assert.match(failed.stderr, /host\.toml:2: websocket\.port/);
      place.configure(quietConfig);
      const first = await place.serve();
      endedWith(await place.fairlead(["stop"]), 0);
      await first.exit;
      place.configure("[websocket\n");
      const second = await place.serve();
      assert.match(second.output(), /host\.toml:1/);
      assert.match((await place.status()).listeners[0]?.addresses[0] ?? "", /^ws:/);
    },
  },
  {
    id: "corrupt-state",
    sentence: "files of the state that hold rubbish are put aside, and the daemon starts and works",
    async run(place) {
      const first = await place.serve();
      {
        await using client = await place.client();
        const { thread } = await client.request("thread/start", { cwd: place.project });
        await client.runTurn({ threadId: thread.id, input: "hello" });
      }
      endedWith(await place.fairlead(["stop"]), 0);
      await first.exit;
      for (const folder of [place.paths.state, place.paths.data]) {
        for (const file of filesBelow(folder))
          writeFileSync(file, "\u0000rubbish{", { mode: 0o600 });
      }
      await place.serve();
      await using client = await place.client();
      const { thread } = await client.request("thread/start", { cwd: place.project });
      const { turn } = await client.runTurn({ threadId: thread.id, input: "hello" });
      assert.equal(turn.status, "completed");
    },
  },
  {
    id: "open-folder",
    sentence: "a folder of the state that others may open is refused, with what to type",
    async run(place) {
      mkdirSync(place.paths.state, { recursive: true });
      chmodSync(place.paths.state, 0o755);
      const failed = endedWith(await place.fairlead(["serve"]), 1);
      assert.match(failed.stderr, new RegExp(`chmod 700 ${place.paths.state}`));
    },
  },
  {
    id: "read-only-home",
    sentence:
      "in a home that cannot be written a user gets a sentence with the folder, and exit code 1",
    needsRoot: true,
    config: null,
    async run(place) {
      place.giveTo(nobody);
      chmodSync(place.home, 0o500);
      for (const command of [["serve"], [], ["restart"]]) {
        const failed = endedWith(await place.fairlead(command, { uid: nobody }), 1);
        assert.match(failed.stderr, /EACCES|permission denied/);
        assert.match(failed.stderr, new RegExp(place.home));
        assert.doesNotMatch(failed.stderr, /\n\s+at /);
      }
      endedWith(await place.fairlead(["status"], { uid: nobody }), 3);
    },
  },
  {
    id: "full-disk",
    sentence:
      "on a disk that is full a daemon starts or says what it could not write; one that runs goes on and is stopped cleanly",
    needsRoot: true,
    async run(place) {
      place.mountSmall(place.paths.state, 1024 * 1024);
      const daemon = await place.serve();
      fill(place.paths.state);
      await using client = await place.client();
      const { thread } = await client.request("thread/start", { cwd: place.project });
      const input = [...words("hello")];
      const completed = client.waitFor("turn/completed");
      await client.request("turn/start", { threadId: thread.id, input });
      assert.equal((await completed).turn.status, "completed");
      assert.equal((await place.status()).pid, daemon.pid);
      endedWith(await place.fairlead(["stop"]), 0);
      assert.equal(await daemon.exit, 0, daemon.output());
      const again = place.begin();
      const outcome = await Promise.race([again.exit, place.ready(again).catch(() => again.exit)]);
      assert.ok(outcome === undefined || outcome === 1, again.output());
      if (outcome === 1) assert.match(again.output(), /ENOSPC|no space/);
    },
  },
];

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((file) => !file.includes("daemon.lock") && statSync(file).isFile());
}

/** Leaves not one block free. */
function fill(folder: string): void {
  for (const size of [1024 * 64, 4096, 1]) {
    for (let at = 0; ; at += 1) {
      try {
        writeFileSync(join(folder, `fill-${size}-${at}`), Buffer.alloc(size));
      } catch {
        break;
      }
      if (size === 1 && at > 64) break;
    }
  }
  assert.ok(dirname(folder) !== "/");
}
