import assert from "node:assert/strict";
import { answerOf, completed, echoOf, itemOf, lastTold } from "../expect.ts";
import type { LiveScenario } from "../scenario.ts";

/** Slash commands and compaction. */
export const slash = [
  {
    id: "slash-unknown",
    sentence: "An unknown slash command goes to the model.",
    async run(live) {
      const turn = await live.turn(await live.start(), "/nonsuch 42");
      completed(turn);
      assert.equal(answerOf(turn), "mock heard: /nonsuch 42");
    },
  },
  {
    id: "compact",
    sentence: "Compaction on request: the model has a summary instead of the history.",
    async run(live) {
      const thread = await live.start();
      // Long enough for every agent to find something to leave out.
      for (const chapter of ["one", "two"]) {
        completed(await live.turn(thread, `say: ${`chapter ${chapter} `.repeat(60)}`));
      }
      const from = live.client.position;
      await live.client.request("thread/compact/start", { threadId: thread });
      const { turn } = await live.client.waitFor("turn/completed", () => true, { from });
      completed({ turn });
      const { data } = await live.client.request("thread/items/list", {
        threadId: thread,
        turnId: turn.id,
      });
      itemOf(
        data.map(({ item }) => item),
        "contextCompaction",
      );
      const { userTexts } = echoOf(await live.turn(thread, "echo"));
      assert.ok(!userTexts.some((said) => said.startsWith("say: chapter")), userTexts.join());
      assert.match(lastTold(live.mock), /Mock summary/);
    },
  },
] as const satisfies readonly LiveScenario[];
