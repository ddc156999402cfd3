import assert from "node:assert/strict";
import { failing, retriesOf, tries } from "../agent/errors.ts";
import { daemonKilled } from "../agent/processes.ts";
import { wrap } from "../agent/program.ts";
import { answerOf, completed, failureOf } from "../expect.ts";
import type { LiveScenario } from "../scenario.ts";

/** What goes wrong in Droid's own ways. */
export const failures: readonly LiveScenario[] = [
  {
    id: "error-500-interrupted",
    sentence: "Droid tries a 500 for minutes: each try is told, and an interrupt ends them.",
    async run(live) {
      const thread = await live.start();
      const turnId = await live.begin(thread, "error: 500 ;; say: never");
      const { error, willRetry } = await live.client.waitFor("error");
      assert.ok(willRetry, error.message);
      await live.client.request("turn/interrupt", { threadId: thread, turnId });
      assert.equal((await live.ended(thread, turnId)).status, "interrupted");
      completed(await live.turn(thread, "say: next"));
    },
  },
  {
    id: "error-403",
    sentence: "A 403 fails the turn with the provider's words; the next turn works.",
    async run(live) {
      const thread = await live.start();
      const turn = await live.turn(thread, "error: 403");
      assert.match(failureOf(turn).message, /mock: forbidden/);
      completed(await live.turn(thread, "say: alive"));
    },
  },
  {
    id: "error-404",
    sentence: "A model its provider does not have fails the turn with the provider's words.",
    async run(live) {
      const turn = await live.turn(await live.start(), "error: 404");
      assert.match(failureOf(turn).message, /mock: model not found/);
      assert.deepEqual(retriesOf(turn), []);
    },
  },
  {
    id: "error-quota",
    sentence: "A quota that is used up is a usage limit.",
    async run(live) {
      await failing(live, "quota", "usageLimitExceeded");
      assert.ok(tries(live, "error: quota") > 0);
    },
  },
  {
    id: "unauthenticated",
    sentence: "A model of Factory's without a login fails the turn with what to do about it.",
    async run(live) {
      const { data } = await live.client.request("model/list", { limit: 200 });
      const model = data.map(({ id }) => id).find((id) => !id.startsWith("custom:"));
      assert.ok(model !== undefined);
      const thread = await live.start();
      const turn = await live.turn(thread, "say: never", { model });
      const failure = failureOf(turn);
      assert.equal(failure.codexErrorInfo, "unauthorized");
      assert.match(failure.message, /^Authentication failed\. Please log in/);
      completed(await live.turn(thread, "say: with my own", { model: "custom:mock-model-0" }));
    },
  },
  {
    id: "model-unknown",
    sentence:
      "A model nobody has is refused by its name; Droid would take it and answer with another.",
    async run(live) {
      const failed = live.start({ model: "custom:nonsuch-0" }).then(async (thread) => {
        throw new Error(failureOf(await live.turn(thread, "say: never")).message);
      });
      await assert.rejects(failed, /nonsuch/);
    },
  },
  {
    id: "other-version",
    sentence: "A version outside the tested ones is one warning, never a refusal.",
    async run(live) {
      const version = `if [ "$1" = --version ]; then echo 9.8.7; exit; fi`;
      await wrap(live, `${version}; exec "${live.agent.command}" "$@"`);
      completed(await live.turn(await live.start(), "say: works"));
    },
  },
  {
    id: "unknown-frames",
    sentence: "A notification of unknown type, or a line that is no JSON, loses nothing.",
    async run(live) {
      const unknown = JSON.stringify({
        jsonrpc: "2.0",
        type: "notification",
        method: "droid.session_notification",
        params: { notification: { type: "brand_new", x: 1 } },
      });
      const noise = `/agent_turn_completed/i ${unknown}\\nnot json at all`;
      const command = `"${live.agent.command}" "$@"`;
      const version = `if [ "$1" = --version ]; then exec ${command}; fi`;
      await wrap(live, `${version}; ${command} | sed -u '${noise}'`);
      const turn = await live.turn(await live.start(), "run: touch made ;; say: all there", {
        decide: "accept",
      });
      completed(turn);
      assert.equal(answerOf(turn), "all there");
      assert.ok(await live.made("made"));
    },
  },
  {
    id: "daemon-killed",
    sentence:
      "A daemon killed in the middle of a turn takes Droid with it; the turn reads as failed, and goes on.",
    async run(live) {
      // A daemon of the scenario's own has an empty `SHELL`, with which Droid does not start.
      await wrap(live, `[ -n "$SHELL" ] || unset SHELL; exec "${live.agent.command}" "$@"`);
      await daemonKilled(live);
    },
  },
  {
    id: "exit-without-end",
    sentence: "Exit 0 in the middle of a turn fails it with the last words on stderr.",
    async run(live) {
      const command = `"${live.agent.command}" "$@"`;
      const version = `if [ "$1" = --version ]; then exec ${command}; fi`;
      await wrap(live, `${version}; ${command}; echo "out of luck" >&2; exit 0`);
      const turn = await live.turn(
        await live.start(),
        `run: kill -9 ${live.agent.processId} ;; say: never`,
        {
          decide: "accept",
        },
      );
      assert.match(failureOf(turn).message, /exit code 0[\s\S]*out of luck/);
    },
  },
];
