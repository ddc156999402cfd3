import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import type { LiveContext } from "../context.ts";
import { answerOf, completed } from "../expect.ts";
import type { LiveScenario } from "../scenario.ts";

/** Gives the project a hook that leaves a marker as soon as Claude loads the project's settings. */
async function withHook(live: LiveContext): Promise<void> {
  await mkdir(live.path(".claude"));
  const hook = { hooks: [{ type: "command", command: `touch "${live.path("hooked")}"` }] };
  const settings = { hooks: { SessionStart: [hook], UserPromptSubmit: [hook] } };
  await live.write(".claude/settings.json", JSON.stringify(settings));
}

/** Settings, hooks and MCP servers that a folder brings. */
export const trust: readonly LiveScenario[] = [
  {
    id: "trust-given",
    sentence: "`claude -p` shows no trust dialog: a project's hooks run only after the user's yes.",
    async run(live) {
      await withHook(live);
      const asked = live.answerQuestions(async ({ options }) => {
        assert.equal(await live.made("hooked"), false);
        return options?.[0]?.label ?? "";
      });
      const turn = await live.turn(await live.start(), "say: trusted");
      completed(turn);
      assert.equal(answerOf(turn), "trusted");
      assert.equal(asked.length, 1);
      assert.ok(await live.made("hooked"));
      completed(await live.turn(await live.start(), "say: known"));
      assert.equal(asked.length, 1);
    },
  },
  {
    id: "trust-refused",
    sentence: "Without trust the turn goes on with the user's own settings only.",
    async run(live) {
      await withHook(live);
      const asked = live.answerQuestions(({ options }) => options?.[1]?.label ?? "");
      const turn = await live.turn(await live.start(), "say: careful");
      completed(turn);
      assert.equal(answerOf(turn), "careful");
      assert.equal(asked.length, 1);
      assert.equal(await live.made("hooked"), false);
    },
  },
];
