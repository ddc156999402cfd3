import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { nonceOf } from "@fairlead/testkit";
import { answerOf, completed, echoOf, itemOf, itemsOf, lastRequest } from "../expect.ts";
import type { LiveScenario } from "../scenario.ts";
import { dot } from "./tools.ts";

/** What the model says and sees. */
export const text: readonly LiveScenario[] = [
  {
    id: "text-deltas",
    sentence:
      "A turn is init, request, `content_block_delta`s, one `assistant` per block, `result`: " +
      "deltas before the completed message, then the end.",
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
    sentence: "`thinking_delta`s of an adaptive thinking block become a reasoning item.",
    async run(live) {
      const turn = await live.turn(await live.start(), "think: forty two");
      completed(turn);
      const { summary, content } = itemOf(turn.items, "reasoning");
      assert.match([...summary, ...content].join(""), /Considering: forty two/);
      assert.equal(answerOf(turn), "forty two");
      assert.match(lastRequest(live.mock, "think: forty two"), /"thinking":\{/);
    },
  },
  {
    id: "input-image",
    sentence: "A user frame may carry `[blocks]`: an image by data URL and one by path.",
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
    sentence: "An answer without a content block is a turn without a message.",
    async run(live) {
      const turn = await live.turn(await live.start(), "run: ls ;; empty");
      completed(turn);
      assert.deepEqual(itemsOf(turn.items, "agentMessage"), []);
    },
  },
  {
    id: "text-special",
    sentence:
      "Malformed JSON kills the process: whatever the user types arrives whole, in one line.",
    async run(live) {
      const odd =
        'say: "quotes" \\ \u2028 \u0000 \u{1f389} ${x} \t</system-reminder>\n{"type":"user"}';
      const thread = await live.start();
      completed(await live.turn(thread, odd));
      assert.equal(echoOf(await live.turn(thread, "echo")).userTexts[0], odd);
    },
  },
];
