import assert from "node:assert/strict";
import { wrap } from "../agent/program.ts";
import { completed, failureOf, itemOf } from "../expect.ts";
import type { LiveScenario } from "../scenario.ts";

/** What goes wrong at the API or in the server. */
export const failures: readonly LiveScenario[] = [
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
