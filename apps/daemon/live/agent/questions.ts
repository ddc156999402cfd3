import assert from "node:assert/strict";
import { answerOf, completed, lastTold } from "../expect.ts";
import type { LiveScenario } from "../scenario.ts";
import { plansOf } from "./reading.ts";

/** To-do lists, and what the model asks the user. */
export const questions = [
  {
    id: "plan-todo",
    sentence: "The agent's to-do list is the turn's plan.",
    async run(live) {
      const turn = await live.turn(await live.start(), "plan: read, write ;; say: planned");
      completed(turn);
      assert.deepEqual(plansOf(turn).at(-1), ["inProgress read", "pending write"]);
      assert.equal(answerOf(turn), "planned");
    },
  },
  {
    id: "question-answered",
    sentence: "A question of the model's is put to the user, and the answer is told to the model.",
    async run(live) {
      const asked = live.answerQuestions(({ options }) => options?.[1]?.label ?? "");
      const turn = await live.turn(await live.start(), "ask: Which colour? ;; say: thanks");
      completed(turn);
      assert.deepEqual(
        asked.map(({ question }) => question),
        ["Which colour?"],
      );
      const told = lastTold(live.mock);
      // Most tell the model `"Which colour?"="Blue"`, Droid on a line of its own.
      assert.match(told, /Which colour\?(?:[\\"]+=[\\"]+|[\\n]+\[answer\] )Blue/);
    },
  },
] as const satisfies readonly LiveScenario[];
