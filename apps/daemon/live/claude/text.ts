import assert from "node:assert/strict";
import { text as shared, thinking } from "../agent/text.ts";
import { rowsOf } from "../agent/rows-of.ts";
import { lastRequest } from "../expect.ts";
import type { LiveScenario } from "../scenario.ts";

/** What the model says and sees. */
export const text: readonly LiveScenario[] = [
  ...rowsOf(shared, {
    "text-deltas":
      "A turn is init, request, `content_block_delta`s, one `assistant` per block, `result`: " +
      "deltas before the completed message, then the end.",
    "input-image": "A user frame may carry `[blocks]`: an image by data URL and one by path.",
    "text-long": "A long answer is many deltas; none is lost, and the message is their sum.",
    "text-none": "An answer without a content block is a turn without a message.",
    "text-special":
      "Malformed JSON kills the process: whatever the user types arrives whole, in one line.",
  }),
  {
    id: "thinking",
    sentence: "`thinking_delta`s of an adaptive thinking block become a reasoning item.",
    async run(live) {
      await thinking(live);
      assert.match(lastRequest(live.mock, "think: forty two"), /"thinking":\{/);
    },
  },
];
