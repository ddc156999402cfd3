import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { chmod, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import type { LiveContext } from "../context.ts";
import { answerOf, completed, itemOf } from "../expect.ts";
import type { LiveScenario } from "../scenario.ts";

/** Puts a program in Amp's place that prints what Amp prints; resolves with a thread of its own. */
async function played(live: LiveContext): Promise<string> {
  const program = join(live.folder, "amp");
  const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
  const script = fileURLToPath(new URL("fake-amp.ts", import.meta.url));
  const words = [process.execPath, "--import", loader, script].map((word) => `'${word}'`);
  await writeFile(program, `#!/bin/sh\nexec ${words.join(" ")} "$@"\n`);
  await chmod(program, 0o755);
  live.environment({ FAIRLEAD_AMP: program });
  return live.start();
}

/** Turns with a scripted program in Amp's place, and everything else real: daemon, folder, plugin. */
export const turns: readonly LiveScenario[] = [
  {
    id: "played-turns",
    sentence: "Played: one process answers several prompts.",
    async run(live) {
      const thread = await played(live);
      for (const word of ["first", "second"]) {
        const turn = await live.turn(thread, `say: ${word}`);
        completed(turn);
        assert.equal(answerOf(turn), word);
      }
    },
  },
  {
    id: "played-accepted",
    sentence: "Played: a command waits in the plugin for the user's yes, then it runs.",
    async run(live) {
      const thread = await played(live);
      const turn = await live.turn(thread, "run: touch made ;; say: ran", {
        decide: async (): Promise<"accept"> => {
          assert.equal(await live.made("made"), false);
          return "accept";
        },
      });
      completed(turn);
      assert.equal(turn.asked.length, 1);
      assert.ok(await live.made("made"));
      assert.equal(itemOf(turn.items, "commandExecution").status, "completed");
    },
  },
  {
    id: "played-declined",
    sentence: "Played: a command the user declines does not run, and is shown as declined.",
    async run(live) {
      const thread = await played(live);
      const turn = await live.turn(thread, "run: touch made ;; say: not run", {
        decide: "decline",
      });
      completed(turn);
      assert.equal(await live.made("made"), false);
      assert.equal(itemOf(turn.items, "commandExecution").status, "declined");
    },
  },
  {
    id: "played-no-secrets",
    sentence:
      "Played: neither the address nor the token of the bridge is in the environment of a command.",
    async run(live) {
      const thread = await played(live);
      const turn = await live.turn(thread, "run: env > env.txt", { decide: "accept" });
      completed(turn);
      assert.doesNotMatch(await live.read("env.txt"), /FAIRLEAD_AMP_(?!=)\w|127\.0\.0\.1:(?!9\b)/u);
    },
  },
  {
    id: "played-interrupted",
    sentence:
      "Played: an interrupt ends a command although it runs in a session of its own; the next prompt goes on with the thread.",
    async run(live) {
      const thread = await played(live);
      live.decideAll("accept");
      const late = "run: touch began; sleep 4; touch late";
      const turnId = await live.begin(thread, late);
      while (!existsSync(live.path("began"))) await sleep(20);
      await live.client.request("turn/interrupt", { threadId: thread, turnId });
      assert.equal((await live.ended(thread, turnId)).status, "interrupted");
      completed(await live.turn(thread, "say: again"));
      // As long as the command would have taken, had it gone on.
      await sleep(4500);
      assert.equal(await live.made("late"), false);
    },
  },
];
