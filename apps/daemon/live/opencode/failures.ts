import assert from "node:assert/strict";
import { failing, retriesOf, tries } from "../agent/errors.ts";
import { wrap } from "../agent/program.ts";
import { answerOf, completed, failureOf, itemOf } from "../expect.ts";
import type { LiveScenario } from "../scenario.ts";

/** What goes wrong at the API or in the server. */
export const failures: readonly LiveScenario[] = [
  {
    id: "error-400",
    sentence: "A 400 fails the turn at once, with the provider's words.",
    async run(live) {
      const turn = await failing(live, "400", "badRequest");
      assert.match(failureOf(turn).message, /mock: bad request/);
      assert.deepEqual(retriesOf(turn), []);
    },
  },
  {
    id: "error-401",
    sentence: "A 401 is no login: asked once.",
    async run(live) {
      await failing(live, "401", "unauthorized");
      assert.equal(tries(live, "error: 401"), 1);
    },
  },
  {
    id: "error-429",
    sentence: "One 429 is waited out and told as a retry.",
    async run(live) {
      const program = "error: 429 x1 ;; say: in time";
      const turn = await live.turn(await live.start(), program);
      completed(turn);
      assert.equal(answerOf(turn), "in time");
      assert.equal(retriesOf(turn).length, 1);
      assert.equal(tries(live, program), 2);
    },
  },
  {
    id: "error-500-interrupted",
    sentence: "OpenCode would retry a 500 for ever: a retry is told, and an interrupt ends them.",
    async run(live) {
      const threadId = await live.start();
      const turnId = await live.begin(threadId, "error: 500");
      await live.client.waitFor("error", ({ turnId: of, willRetry }) => of === turnId && willRetry);
      await live.client.request("turn/interrupt", { threadId, turnId });
      assert.equal((await live.ended(threadId, turnId)).status, "interrupted");
      completed(await live.turn(threadId, "say: alive"));
    },
  },
  {
    id: "error-context-recovered",
    sentence: "`ContextOverflowError`: a full context window is compacted and the turn goes on.",
    async run(live) {
      const thread = await live.start();
      completed(await live.turn(thread, `say: ${"a story ".repeat(60)}`));
      const turn = await live.turn(thread, "error: context x1 ;; say: it fits");
      completed(turn);
      itemOf(turn.items, "contextCompaction");
    },
  },
  {
    id: "model-unknown",
    sentence: "A model nobody has fails the turn with its name, and the thread takes another.",
    async run(live) {
      const thread = await live.start();
      const turn = await live.turn(thread, "say: never", { model: "mock/nonsuch" });
      assert.match(failureOf(turn).message, /nonsuch/);
      completed(await live.turn(thread, "say: again", { model: "mock/mock-model" }));
    },
  },
  {
    id: "exit-at-start",
    sentence: "A server that ends before it listens is a sentence with its last words.",
    async run(live) {
      await wrap(live, `echo "out of luck" >&2; exit 3`);
      const failed = live.start().then(async (thread) => {
        throw new Error(failureOf(await live.turn(thread, "say: never")).message);
      });
      await assert.rejects(failed, /exit code 3[\s\S]*out of luck/);
    },
  },
];
