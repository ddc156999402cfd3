import assert from "node:assert/strict";
import type { CodexErrorInfo } from "@fairlead/codex-proto";
import { retriesOf, tries } from "../agent/errors.ts";
import { cutByDaemon } from "../agent/processes.ts";
import type { LiveContext } from "../context.ts";
import { completed, failureOf, lastTold } from "../expect.ts";
import type { LiveScenario } from "../scenario.ts";

/**
 * Fails a turn at the API and shows that the next one works: Hermes joins what was not answered with what the user says
 * next, so what the model says to it is not asked for here.
 */
async function failing(live: LiveContext, failure: string, info: CodexErrorInfo): Promise<string> {
  const thread = await live.start();
  const turn = await live.turn(thread, `error: ${failure}`);
  assert.deepEqual(failureOf(turn).codexErrorInfo, info);
  assert.deepEqual(retriesOf(turn), []);
  completed(await live.turn(thread, "say: alive"));
  return failureOf(turn).message;
}

/** What can go wrong at the API, in Hermes' ways. */
export const failures: readonly LiveScenario[] = [
  {
    id: "error-400",
    sentence: "A 400 (`status: error`) fails the turn with the provider's words.",
    async run(live) {
      assert.match(await failing(live, "400", "badRequest"), /mock: bad request/);
    },
  },
  {
    id: "error-401",
    sentence: "A 401 is no login: Hermes asks once more, and fails the turn.",
    async run(live) {
      await failing(live, "401", "unauthorized");
      assert.equal(tries(live, "error: 401"), 2);
    },
  },
  {
    id: "error-500",
    sentence: "A 500 is tried three times by Hermes before it fails the turn.",
    async run(live) {
      assert.match(await failing(live, "500", "internalServerError"), /internal error/);
      assert.ok(tries(live, "error: 500") >= 3);
    },
  },
  {
    id: "error-midstream",
    sentence:
      "After a failure in the middle of an answer the model goes on with it; the turn completes.",
    async run(live) {
      const program = "error: midstream x1 ;; say: recovered";
      completed(await live.turn(await live.start(), program));
      assert.equal(tries(live, program), 2);
    },
  },
  {
    id: "killed",
    sentence: "A process killed in the middle of a turn fails it; the next turn carries on.",
    async run(live) {
      const thread = await live.start();
      completed(await live.turn(thread, "say: before"));
      const turn = await live.turn(thread, "run: touch made; kill -9 $PPID ;; say: never", {
        decide: "accept",
      });
      assert.match(failureOf(turn).message, /SIGKILL/);
      assert.ok(await live.made("made"));
      completed(await live.turn(thread, "say: after", { decide: "decline" }));
      assert.match(lastTold(live.mock), /say: before/);
    },
  },
  {
    id: "daemon-killed",
    sentence:
      "A daemon killed in the middle of a turn takes Hermes with it; the turn reads as failed, once, and the thread goes on.",
    async run(live) {
      const { client, thread, program } = await cutByDaemon(live);
      // What was not answered is asked again with what the user says next.
      completed(await live.turn(thread, "say: next", { client, decide: "decline" }));
      assert.ok(lastTold(live.mock).includes(program));
    },
  },
];
