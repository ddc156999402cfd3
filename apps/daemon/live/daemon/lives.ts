import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { DaemonNotRunning } from "../../src/control/command-error.ts";
import { readStatus } from "../../src/control/status.ts";
import type { Served } from "./place.ts";
import { type DaemonRow, endedWith, words } from "./row.ts";

/** How a daemon begins, ends, and begins again. */
export const lives: readonly DaemonRow[] = [
  {
    id: "first-run",
    sentence:
      "bare `fairlead` in an empty home starts a daemon that outlives it, makes `host.toml`, says why it will not start at login, and what to type next; the second time it shows the status",
    config: null,
    onlyOn: "linux",
    async run(place) {
      const first = endedWith(await place.fairlead([]), 0);
      assert.match(first.stderr, /It will not start at login: There is neither `systemd --user`/);
      assert.match(first.stdout, /Fairlead is running\. Next:\n.*fairlead chat/);
      assert.ok(existsSync(place.paths.configFile));
      const pid = await place.pid();
      assert.ok(pid !== null);
      const second = endedWith(await place.fairlead([]), 0);
      assert.match(second.stdout, new RegExp(`runs: process ${pid}`));
      assert.match(second.stdout, /fairlead pair/);
      assert.equal(await place.pid(), pid);
    },
  },
  {
    id: "status-offline",
    sentence: "`status` without a daemon ends with 3, starts nothing and makes nothing",
    config: null,
    async run(place) {
      const { stdout } = endedWith(await place.fairlead(["status", "--json"]), 3);
      assert.match(stdout, /"running": false/);
      endedWith(await place.fairlead(["stop"]), 3);
      endedWith(await place.fairlead(["reload"]), 3);
      assert.deepEqual(readdirSync(place.home), []);
    },
  },
  {
    id: "status-online",
    sentence: "`status --json` tells version, ways in, agents and the turn that runs",
    async run(place) {
      const { pid } = await place.serve();
      await using client = await place.client();
      const { thread } = await client.request("thread/start", { cwd: place.project });
      await client.request("turn/start", { threadId: thread.id, input: [...words("slow")] });
      const { stdout } = endedWith(await place.fairlead(["status", "--json"]), 0);
      const status = readStatus(JSON.parse(stdout));
      assert.equal(status.pid, pid);
      assert.equal(status.turns[0]?.threadId, thread.id);
      assert.equal(status.paths.config, place.paths.configFile);
      assert.ok(status.agents.some(({ name }) => name === "demo"));
      assert.match(status.listeners[0]?.addresses[0] ?? "", /^ws:\/\/127\.0\.0\.1:\d+$/);
    },
  },
  {
    id: "second-refused",
    sentence: "a second daemon ends with 1, and names the process of the first and `fairlead stop`",
    async run(place) {
      const { pid } = await place.serve();
      const second = endedWith(await place.fairlead(["serve"]), 1);
      assert.match(second.stderr, new RegExp(`process ${pid}.*fairlead stop`));
      assert.equal((await place.status()).pid, pid);
    },
  },
  {
    id: "together",
    sentence: "of four daemons started at once one serves, and the others end with 1",
    async run(place) {
      const all = [0, 1, 2, 3].map(() => place.begin());
      const lost: Served[] = [];
      await new Promise<void>((resolve, reject) => {
        for (const one of all) {
          void one.exit.then((code) => {
            lost.push(one);
            if (code !== 1) reject(new Error(`${code}: ${one.output()}`));
            if (lost.length === 3) resolve();
          });
        }
      });
      const winner = all.find((one) => !lost.includes(one));
      assert.ok(winner);
      await place.ready(winner);
      assert.equal((await place.status()).pid, winner.pid);
    },
  },
  {
    id: "killed",
    sentence:
      "after kill -9 the socket and the pid file left behind are taken over by the next daemon",
    async run(place) {
      const first = await place.serve();
      first.child.kill("SIGKILL");
      await first.exit;
      assert.ok(existsSync(place.paths.pidFile));
      assert.ok(existsSync(place.paths.socket("control")));
      endedWith(await place.fairlead(["status"]), 3);
      const second = await place.serve();
      assert.equal((await place.status()).pid, second.pid);
    },
  },
  {
    id: "killed-in-turn",
    sentence:
      "kill -9 in the middle of a command ends the command within 2 s, and `status` of the next daemon tells of the cut turn",
    async run(place) {
      const daemon = await place.serve();
      const client = await place.client();
      const { thread } = await client.request("thread/start", {
        cwd: place.project,
        approvalPolicy: "on-request",
      });
      client.onServerRequest("item/commandExecution/requestApproval", () => ({
        decision: "accept" as const,
      }));
      const started = client.waitFor(
        "item/started",
        ({ item }) => item.type === "commandExecution",
      );
      const input = [...words("run: echo $$ > pid; sleep 5; touch marker")];
      await client.request("turn/start", { threadId: thread.id, input });
      await started;
      const command = await place.pidIn("pid");
      daemon.child.kill("SIGKILL");
      const killedAtMs = performance.now();
      await place.ended(command);
      assert.ok(performance.now() - killedAtMs < 2000);
      await daemon.exit;
      await client.close().catch(() => undefined);
      await place.serve();
      const { cutTurns } = await place.status();
      assert.deepEqual(
        cutTurns.map(({ threadId }) => threadId),
        [thread.id],
      );
      assert.equal(existsSync(join(place.project, "marker")), false);
    },
  },
  {
    id: "stop-waits",
    sentence: "`stop` lets a running turn finish, `stop --now` does not wait for it",
    async run(place) {
      for (const now of [false, true]) {
        const daemon = await place.serve();
        const client = await place.client();
        const { thread } = await client.request("thread/start", { cwd: place.project });
        const delta = client.waitFor("item/agentMessage/delta");
        // Two seconds, or half a minute.
        const input = [...words(now ? "slow" : "word ".repeat(130))];
        await client.request("turn/start", { threadId: thread.id, input });
        await delta;
        const completed = client.waitFor("turn/completed");
        // Its connection ends with the daemon.
        completed.catch(() => undefined);
        const stopped = place.fairlead(now ? ["stop", "--now"] : ["stop"]);
        if (!now) assert.equal((await completed).turn.status, "completed");
        endedWith(await stopped, 0);
        assert.equal(await daemon.exit, 0);
        assert.equal(await place.pid(), null);
        assert.equal(existsSync(place.paths.pidFile), false);
        await client.close().catch(() => undefined);
      }
    },
  },
  {
    id: "signals",
    sentence: "SIGTERM and SIGINT end the daemon with 0 and leave no socket, SIGHUP reloads",
    async run(place) {
      for (const signal of ["SIGTERM", "SIGINT"] as const) {
        const daemon = await place.serve();
        daemon.child.kill("SIGHUP");
        await place.status();
        daemon.child.kill(signal);
        assert.equal(await daemon.exit, 0, daemon.output());
        await assert.rejects(place.status(), DaemonNotRunning);
        assert.equal(existsSync(place.paths.socket("control")), false);
      }
    },
  },
  {
    id: "restart",
    sentence: "`restart` puts a new process in the place of the old one, also of none",
    async run(place) {
      endedWith(await place.fairlead(["restart"]), 0);
      const first = await place.pid();
      endedWith(await place.fairlead(["restart"]), 0);
      const second = await place.pid();
      assert.ok(first !== null && second !== null && first !== second);
      endedWith(await place.fairlead(["stop"]), 0);
      await place.ended(second);
    },
  },
];
