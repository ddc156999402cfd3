import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { nonceOf } from "@fairlead/testkit";
import { slash as shared } from "../agent/slash.ts";
import { rowsOf } from "../agent/rows-of.ts";
import { answerOf, completed, echoOf, itemOf } from "../expect.ts";
import type { LiveScenario } from "../scenario.ts";

/** Slash commands and compaction. */
export const slash: readonly LiveScenario[] = [
  ...rowsOf(shared, {
    "slash-unknown": "An unknown slash command goes to the model.",
    compact: "`/compact` is `compact_boundary {trigger: manual}`: the model has a summary instead.",
  }),
  {
    id: "slash-local",
    sentence:
      "In -p mode a local slash command (/context) answers as a message, without the model.",
    async run(live) {
      const thread = await live.start();
      const turn = await live.turn(thread, "/context");
      completed(turn);
      assert.match(answerOf(turn), /[Cc]ontext/);
      assert.deepEqual(
        live.mock.requests.filter(({ prompt }) => prompt !== undefined),
        [],
      );
      completed(await live.turn(thread, "say: after"));
    },
  },
  {
    id: "skills",
    sentence: "Commands and skills come from `initialize`; one is run by its name.",
    async run(live) {
      await mkdir(live.path(".claude/commands"), { recursive: true });
      await live.write(".claude/commands/wave.md", "nonce: waved $ARGUMENTS");
      // What a folder brings is there once the user trusts the folder.
      live.answerQuestions(({ options }) => options?.[0]?.label ?? "");
      const thread = await live.start();
      completed(await live.turn(thread, "say: trusted"));
      const { data } = await live.client.request("skills/list", { cwds: [live.folder] });
      const names = data.flatMap(({ skills }) => skills.map(({ name }) => name));
      assert.ok(names.includes("wave") && names.includes("compact"), names.join());
      const turn = await live.turn(thread, [
        { type: "skill", name: "wave", path: "" },
        { type: "text", text: "twice", text_elements: [] },
      ]);
      completed(turn);
      assert.equal(answerOf(turn), nonceOf("waved twice"));
    },
  },
  {
    id: "compact-auto",
    sentence: "Automatic compaction comes in front of the answer, inside its turn.",
    async run(live) {
      live.environment({ CLAUDE_CODE_AUTO_COMPACT_WINDOW: "100000" });
      const thread = await live.start();
      completed(await live.turn(thread, "say: a story"));
      completed(await live.turn(thread, "say: a longer story"));
      completed(await live.turn(thread, "tokens: 199000"));
      const turn = await live.turn(thread, "echo");
      completed(turn);
      itemOf(turn.items, "contextCompaction");
      assert.ok(!echoOf(turn).userTexts.includes("say: a story"));
      assert.match(JSON.stringify(live.mock.requests.at(-1)?.body), /Mock summary/);
    },
  },
];
