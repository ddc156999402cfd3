import assert from "node:assert/strict";
import { access, readdir } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { processes as shared } from "../agent/processes.ts";
import { rowsOf } from "../agent/rows-of.ts";
import { answerOf, completed, failureOf } from "../expect.ts";
import type { LiveScenario } from "../scenario.ts";
import { alive, wrap } from "../agent/program.ts";

/** Claude's process: not there, not logged in, another version, killed. */
export const processes: readonly LiveScenario[] = [
  ...rowsOf(shared, {
    "not-installed": "Without a `claude` on the PATH the turn says what to type.",
    killed: "A process killed in the middle of a turn fails it; `--resume` carries on.",
    "daemon-killed":
      "stdin EOF mid-turn (a daemon that was killed): Claude exits, the turn reads as failed.",
  }),
  {
    id: "not-logged-in",
    sentence: 'No key: "Not logged in · Please run /login".',
    async run(live) {
      live.environment({ ANTHROPIC_API_KEY: "" });
      const turn = await live.turn(await live.start(), "say: never");
      const { message, codexErrorInfo } = failureOf(turn);
      assert.match(message, /[Nn]ot logged in/);
      assert.equal(codexErrorInfo, "unauthorized");
      assert.ok(live.mock.requests.every(({ prompt }) => prompt !== "say: never"));
    },
  },
  {
    id: "terminated",
    sentence: "SIGTERM: exit 143 without a result, so the turn fails with that code.",
    async run(live) {
      const thread = await live.start();
      const turn = await live.turn(thread, "run: touch made; kill -TERM $PPID ;; say: never", {
        decide: "accept",
      });
      assert.match(failureOf(turn).message, /143|SIGTERM/);
      assert.ok(await live.made("made"));
      completed(await live.turn(thread, "say: again"));
    },
  },
  {
    id: "signalled",
    sentence: "SIGINT: a clean abort with a result and exit 0; the turn ends, the next one works.",
    async run(live) {
      const thread = await live.start();
      const turn = await live.turn(
        thread,
        "run: echo $PPID > pid; kill -INT $PPID; sleep 9; touch made ;; say: never",
        {
          decide: "accept",
        },
      );
      assert.notEqual(turn.turn.status, "completed");
      assert.equal(await live.made("made"), false);
      const claude = Number(await live.read("pid"));
      while (alive(claude)) await setImmediate();
      completed(await live.turn(thread, "say: again"));
    },
  },
  {
    id: "exit-without-result",
    sentence: "Exit 0 without a result fails the turn with the last words on stderr.",
    async run(live) {
      await wrap(live, `"${live.agent.command}" "$@"; echo "out of luck" >&2; exit 0`);
      const thread = await live.start();
      const turn = await live.turn(thread, "run: kill -9 $PPID ;; say: never", {
        decide: "accept",
      });
      assert.match(failureOf(turn).message, /exit code 0[\s\S]*out of luck/);
      live.environment({ FAIRLEAD_CLAUDE: "" });
      completed(await live.turn(thread, "say: again"));
    },
  },
  {
    id: "other-version",
    sentence: "`claude_code_version` outside the tested range is one warning, never a refusal.",
    async run(live) {
      const version = 's/"claude_code_version":"[0-9.]*"/"claude_code_version":"9.8.7"/';
      await wrap(live, `"${live.agent.command}" "$@" | sed -u '${version}'`);
      const turn = await live.turn(await live.start(), "say: works");
      completed(turn);
      const { message } = await live.client.waitFor("warning");
      assert.match(message, /9\.8\.7.*2\.1\.329/);
    },
  },
  {
    id: "unknown-frames",
    sentence: "A frame of unknown type, or a line that is no JSON, loses nothing.",
    async run(live) {
      const noise = '/"type":"result"/i {"type":"brand_new","x":1}\\nnot json at all';
      await wrap(live, `"${live.agent.command}" "$@" | sed -u '${noise}'`);
      const turn = await live.turn(await live.start(), "run: touch made ;; say: all there", {
        decide: "accept",
      });
      completed(turn);
      assert.equal(answerOf(turn), "all there");
      assert.ok(await live.made("made"));
      assert.ok(live.stage.logged.some((line) => line.includes("brand_new")));
    },
  },
  {
    id: "pre-warm",
    sentence: "`initialize` may come before any message: a warm Claude leaves no session behind.",
    async run(live) {
      await wrap(live, `"${live.agent.command}" "$@" | tee "${live.path("out")}"`);
      const thread = await live.start();
      while (!(await live.made("out")) || !(await live.read("out")).includes("control_response")) {
        await setImmediate();
      }
      const config = live.stage.environment(null)["CLAUDE_CONFIG_DIR"] ?? "";
      const projects: readonly string[] = await readdir(join(config, "projects")).catch(() => []);
      const own = live.folder.replaceAll(/[^A-Za-z0-9]/g, "-");
      assert.ok(!projects.includes(own), projects.join());
      assert.deepEqual((await live.client.request("thread/list", { cwd: live.folder })).data, []);
      completed(await live.turn(thread, "say: warm"));
      await access(join(config, "projects", own, `${thread}.jsonl`));
    },
  },
];
