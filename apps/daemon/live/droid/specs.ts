import assert from "node:assert/strict";
import { call } from "../agent/steps.ts";
import type { LiveContext } from "../context.ts";
import { answerOf, completed, itemOf, itemsOf, lastTold } from "../expect.ts";
import type { LiveScenario } from "../scenario.ts";

/** Makes a turn one of spec mode. */
const specMode = {
  collaborationMode: {
    mode: "plan",
    settings: {
      model: "custom:mock-model-0",
      reasoning_effort: null,
      developer_instructions: null,
    },
  },
} as const;

const spec = call("ExitSpecMode", { title: "The spec", plan: "# The spec\n1. touch made" });

/** Lets Droid propose a spec, and answers the question about it with one of its options. */
async function proposed(live: LiveContext, answer: (labels: readonly string[]) => string) {
  const asked = live.answerQuestions(({ options }) =>
    answer((options ?? []).map(({ label }) => label)),
  );
  const thread = await live.start();
  const turn = await live.turn(thread, `${spec} ;; run: touch made ;; say: built`, {
    ...specMode,
    decide: "accept",
  });
  assert.equal(asked.length, 1);
  assert.match(itemOf(turn.items, "plan").text, /# The spec/);
  return { thread, turn };
}

/** Spec mode, and what is asked of the user. */
export const specs: readonly LiveScenario[] = [
  {
    id: "spec-approved",
    sentence:
      "`ExitSpecMode`: the spec is a plan item, and a yes lets Droid build it in the same turn.",
    async run(live) {
      const { turn } = await proposed(live, ([yes = ""]) => yes);
      completed(turn);
      assert.equal(answerOf(turn), "built");
      assert.ok(await live.made("made"));
    },
  },
  {
    id: "spec-refused",
    sentence: "A no to the spec builds nothing, and the thread takes the next prompt.",
    async run(live) {
      const { thread, turn } = await proposed(live, (labels) => labels.at(-1) ?? "");
      assert.notEqual(turn.turn.status, "failed");
      assert.equal(await live.made("made"), false);
      completed(await live.turn(thread, "say: next"));
    },
  },
  {
    id: "spec-mode-effects",
    sentence: "In spec mode Droid writes nothing unasked, and its model knows that it is on.",
    async run(live) {
      const turn = await live.turn(await live.start(), "write: made = x ;; say: only planned", {
        ...specMode,
        decide: "decline",
      });
      completed(turn);
      assert.equal(await live.made("made"), false);
      assert.match(lastTold(live.mock), /Spec mode is active/i);
    },
  },
  {
    id: "question-unanswered",
    sentence:
      "A question without an answer is cancelled for Droid; the thread takes the next prompt.",
    async run(live) {
      live.answerQuestions(() => "");
      const thread = await live.start();
      const turn = await live.turn(thread, "ask: Which colour? ;; say: guessing");
      assert.notEqual(turn.turn.status, "failed");
      assert.doesNotMatch(lastTold(live.mock), /\[answer\] (?:Red|Blue)/);
      completed(await live.turn(thread, "say: next"));
    },
  },
  {
    id: "question-interrupted",
    sentence: "An interrupt takes a question of Droid's back, and the next turn works.",
    async run(live) {
      const thread = await live.start();
      const asked = new Promise<void>((resolve) => {
        const handler = live.client.onServerRequest("item/tool/requestUserInput", async () => {
          resolve();
          return new Promise(() => {});
        });
        live.own(handler);
      });
      const turnId = await live.begin(thread, "ask: Which colour? ;; say: never");
      await asked;
      await live.client.request("turn/interrupt", { threadId: thread, turnId });
      const turn = await live.ended(thread, turnId);
      assert.equal(turn.status, "interrupted");
      const { data } = await live.client.request("thread/items/list", { threadId: thread });
      assert.deepEqual(
        itemsOf(
          data.map(({ item }) => item),
          "agentMessage",
        ),
        [],
      );
      completed(await live.turn(thread, "say: next"));
    },
  },
];
