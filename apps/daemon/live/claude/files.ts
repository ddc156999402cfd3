import assert from "node:assert/strict";
import { files as shared } from "../agent/files.ts";
import { rowsOf } from "../agent/rows-of.ts";
import { completed, itemOf } from "../expect.ts";
import type { LiveScenario } from "../scenario.ts";
import { call } from "../agent/steps.ts";

/** Tools that look at files and change them. */
export const files: readonly LiveScenario[] = [
  ...rowsOf(shared, {
    "file-write":
      "Write's `tool_use_result {type: create, content}` is an added file with its content.",
    "file-edit": "Edit's `structuredPatch` becomes a true unified diff.",
    "file-overwrite":
      "Write over a file is `type: update` with `originalFile`: a change, not an addition.",
    "file-declined": "A denied Write leaves the file as it is.",
    "file-failed": "An Edit whose `oldString` is not there is a failed change and no effect.",
    "file-turn-diff": "Edits and what a command wrote show in the turn's diff of a git work tree.",
    "file-read": "Read runs unasked and shows as the command that would show the same.",
    "file-read-image": "Read of a picture hands the model an image block.",
  }),
  {
    id: "tool-unknown",
    sentence: "A tool Claude does not offer is an error for the model; the turn goes on.",
    async run(live) {
      const program = `${call("NoSuchTool", { path: live.path("made") })} ;; say: never mind`;
      const turn = await live.turn(await live.start(), program);
      completed(turn);
      const item = itemOf(turn.items, "dynamicToolCall");
      assert.deepEqual([item.tool, item.status], ["NoSuchTool", "failed"]);
      assert.match(JSON.stringify(live.mock.requests.at(-1)?.body), /No such tool available/);
    },
  },
  {
    id: "web-fetch-declined",
    sentence: "WebFetch is asked for too; denied, nothing is fetched.",
    async run(live) {
      const fetch = call("WebFetch", { url: `${live.mock.url}/page`, prompt: "read" });
      const turn = await live.turn(await live.start(), `${fetch} ;; say: offline`, {
        decide: "decline",
      });
      completed(turn);
      assert.equal(turn.asked.length, 1);
      assert.equal(itemOf(turn.items, "webSearch").query, `${live.mock.url}/page`);
      assert.ok(live.mock.requests.every(({ path }) => path !== "/page"));
    },
  },
];
