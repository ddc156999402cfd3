import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { call } from "../agent/steps.ts";
import type { LiveContext } from "../context.ts";
import { answerOf, completed } from "../expect.ts";
import type { LiveScenario } from "../scenario.ts";

/** Adds to what the project's own settings say. */
async function projectSays(live: LiveContext, more: Readonly<Record<string, unknown>>) {
  const file = live.path(".factory/settings.json");
  const settings: unknown = JSON.parse(await readFile(file, "utf8"));
  await writeFile(file, JSON.stringify(Object.assign({}, settings, more)));
}

/** A command whose risk the model itself calls low. */
function harmless(command: string): string {
  const riskLevelReason = "It only looks.";
  return call("Execute", {
    summary: "Look around a bit",
    command,
    riskLevelReason,
    riskLevel: "low",
  });
}

/** Runs a program whose one call is declined, and shows that nothing came of it. */
async function asksBefore(live: LiveContext, program: string): Promise<void> {
  const turn = await live.turn(await live.start(), `${program} ;; say: asked`, {
    decide: "decline",
  });
  completed(turn);
  assert.equal(turn.asked.length, 1);
  assert.equal(await live.made("made"), false);
}

/** What Droid by itself, or its settings, would let run unasked. */
export const asking: readonly LiveScenario[] = [
  {
    id: "approval-low-risk",
    sentence:
      "A command that its model calls harmless (`riskLevel: low`) is asked about all the same.",
    run: (live) => asksBefore(live, harmless("touch made")),
  },
  {
    id: "approval-listed",
    sentence:
      "`ls > FILE` would run by Droid's own list of harmless commands: it is asked about, and a no is a no.",
    run: (live) => asksBefore(live, harmless("ls > made")),
  },
  {
    id: "approval-project-list",
    sentence: "A `commandAllowlist` that a project brings lets no command run unasked.",
    async run(live) {
      await projectSays(live, { commandAllowlist: ["touch"] });
      await asksBefore(live, "run: touch made");
    },
  },
  {
    id: "approval-project-autonomy",
    sentence: "An autonomy level that a project brings lets no command run unasked.",
    async run(live) {
      const sessionDefaultSettings = { autonomyLevel: "high", autonomyMode: "auto-high" };
      await projectSays(live, { sessionDefaultSettings });
      await asksBefore(live, "run: touch made");
    },
  },
  {
    id: "approval-outside-twice",
    sentence: "A look that names the folder and, beside it, a place outside is asked about.",
    async run(live) {
      const outside = live.stage.home;
      const look = call("LS", { path: ".", directory_path: outside });
      const search = call("Grep", { file_path: ".", path: outside, pattern: "x" });
      const turn = await live.turn(await live.start(), `${look} ;; ${search} ;; say: asked`, {
        decide: "decline",
      });
      completed(turn);
      assert.equal(turn.asked.length, 2);
    },
  },
  {
    id: "approval-web",
    sentence: "`FetchUrl` is asked for; declined, nothing is fetched.",
    async run(live) {
      const search = call("ToolSearch", { query: "select:FetchUrl" });
      const fetch = call("FetchUrl", { url: `${live.mock.url}/page` });
      const turn = await live.turn(await live.start(), `${search} ;; ${fetch} ;; say: offline`, {
        decide: "decline",
      });
      completed(turn);
      assert.equal(answerOf(turn), "offline");
      assert.equal(turn.asked.length, 1);
      assert.ok(live.mock.requests.every(({ path }) => path !== "/page"));
    },
  },
  {
    id: "approval-of-two",
    sentence: "Of two calls in one answer one is allowed and one declined: only that one happens.",
    async run(live) {
      const program = "parallel: touch yes ### touch no ;; say: one of two";
      const turn = await live.turn(await live.start(), program, {
        decide: ({ params }) =>
          "command" in params && params.command?.includes("touch yes") === true
            ? "accept"
            : "decline",
      });
      completed(turn);
      assert.equal(turn.asked.length, 2);
      assert.deepEqual([await live.made("yes"), await live.made("no")], [true, false]);
    },
  },
];
