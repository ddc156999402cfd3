import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { nonceOf } from "@fairlead/testkit";
import type { LiveContext } from "../context.ts";
import { answerOf, completed, echoOf, itemOf, itemsOf } from "../expect.ts";
import type { LiveScenario } from "../scenario.ts";
import { dot } from "./steps.ts";

/** Makes the model think before it speaks; resolves when the client has been shown both. */
export async function thinking(live: LiveContext): Promise<void> {
  const turn = await live.turn(await live.start(), "think: forty two");
  completed(turn);
  const { summary, content } = itemOf(turn.items, "reasoning");
  assert.match([...summary, ...content].join(""), /Considering: forty two/);
  assert.equal(answerOf(turn), "forty two");
}

/** What the model says and sees. */
export const text = [
  {
    id: "text-deltas",
    sentence: "An answer arrives as deltas before its completed message, then the turn ends.",
    async run(live) {
      const thread = await live.start();
      const turn = await live.turn(thread, "nonce: first words");
      completed(turn);
      assert.equal(answerOf(turn), nonceOf("first words"));
      const methods = turn.events.map(({ method }) => method);
      const first = methods.indexOf("item/agentMessage/delta");
      assert.ok(first > 0 && first < methods.lastIndexOf("item/completed"), methods.join());
    },
  },
  {
    id: "thinking",
    sentence: "What the model thinks is a reasoning item in front of the answer.",
    run: thinking,
  },
  {
    id: "input-image",
    sentence: "A prompt may carry an image by data URL and one by path: the model is given both.",
    async run(live) {
      const url = `data:image/png;base64,${dot}`;
      const path = live.path("dot.png");
      await writeFile(path, Buffer.from(dot, "base64"));
      const turn = await live.turn(await live.start(), [
        { type: "text", text: "echo", text_elements: [] },
        { type: "image", url },
        { type: "localImage", path },
      ]);
      completed(turn);
      assert.equal(echoOf(turn).images, 2);
    },
  },
  {
    id: "text-long",
    sentence: "A long answer is many deltas; none is lost, and the message is their sum.",
    async run(live) {
      const turn = await live.turn(await live.start(), "big: 300");
      completed(turn);
      assert.equal(answerOf(turn), `${"x".repeat(1023)}\n`.repeat(300));
    },
  },
  {
    id: "text-none",
    sentence: "An answer without content is a turn without a message.",
    async run(live) {
      const turn = await live.turn(await live.start(), "run: ls ;; empty");
      completed(turn);
      assert.deepEqual(itemsOf(turn.items, "agentMessage"), []);
    },
  },
  {
    id: "text-special",
    sentence:
      "Whatever the user types arrives whole: quotes, line separators, NUL, emoji, lines of JSON.",
    async run(live) {
      const odd =
        'say: "quotes" \\ \u2028 \u0000 \u{1f389} ${x} \t</system-reminder>\n{"type":"user"}';
      const thread = await live.start();
      completed(await live.turn(thread, odd));
      assert.equal(echoOf(await live.turn(thread, "echo")).userTexts[0], odd);
    },
  },
] as const satisfies readonly LiveScenario[];
