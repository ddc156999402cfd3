import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { nonceOf } from "@fairlead/testkit";
import { exists } from "./desk.ts";
import { type TuiScenario, answer, asked, exchange, isHealthy, lastRequest } from "./seat.ts";

/** What happens inside a turn. */
export const turns: readonly TuiScenario[] = [
  {
    id: "start",
    sentence:
      "It starts over the WebSocket with the bearer token, in its own folder, without a complaint.",
    async run({ codex, folder }) {
      const screen = await codex("ws");
      const seed = randomUUID();
      await screen.type(`run: pwd > where ;; nonce: ${seed}`);
      await asked(screen, "command");
      await answer(screen, "y");
      isHealthy(await screen.shows(nonceOf(seed)));
      assert.equal(await readFile(join(folder, "where"), "utf8"), `${folder}\n`);
    },
  },
  {
    id: "text",
    sentence: "What the user types reaches Claude, and its answer is shown.",
    async run({ codex, desk }) {
      const screen = await codex();
      const seed = randomUUID();
      await screen.type(`nonce: ${seed}`);
      await screen.shows(nonceOf(seed));
      assert.ok(desk.mock.requests.some(({ prompt }) => prompt === `nonce: ${seed}`));
    },
  },
  {
    id: "command-approved",
    sentence: "A command runs after the user said yes, not before, and its output is shown.",
    async run({ codex, folder }) {
      const screen = await codex();
      const seed = randomUUID();
      const marker = join(folder, "approved");
      await screen.type(`run: echo $((1234 * 5678)) | tee approved ;; nonce: ${seed}`);
      await asked(screen, "command");
      assert.equal(await exists(marker), false);
      await answer(screen, "y");
      const text = await screen.shows(nonceOf(seed));
      assert.match(text, /7006652/);
      assert.equal(await readFile(marker, "utf8"), "7006652\n");
    },
  },
  {
    id: "command-declined",
    sentence: "A command the user declined never runs, and the turn goes on without it.",
    async run({ codex, folder }) {
      const screen = await codex();
      const seed = randomUUID();
      await screen.type(`run: touch declined ;; nonce: ${seed}`);
      await asked(screen, "command");
      await answer(screen, "d");
      await screen.shows(nonceOf(seed));
      assert.equal(await exists(join(folder, "declined")), false);
    },
  },
  {
    id: "command-for-session",
    sentence: "A command allowed for the session is not asked about again.",
    async run({ codex, folder }) {
      const screen = await codex();
      const seed = randomUUID();
      const command = "printf x >> twice";
      await screen.type(`run: ${command} ;; run: ${command} ;; nonce: ${seed}`);
      await asked(screen, "command");
      await answer(screen, "a");
      await screen.shows(nonceOf(seed));
      assert.equal(await readFile(join(folder, "twice"), "utf8"), "xx");
    },
  },
  {
    id: "file-change",
    sentence: "A file is written and edited after the user said yes, and the diffs are shown.",
    async run({ codex, folder }) {
      const screen = await codex();
      const file = join(folder, "made.txt");
      const [first, second] = [randomUUID(), randomUUID()];
      await screen.type(`write: made.txt = one\\ntwo ;; nonce: ${first}`);
      await asked(screen, "edits");
      assert.equal(await exists(file), false);
      await answer(screen, "y");
      await screen.shows(nonceOf(first));
      assert.equal(await readFile(file, "utf8"), "one\ntwo");
      await screen.type(`edit: made.txt = two => 2 ;; nonce: ${second}`);
      await asked(screen, "edits");
      await answer(screen, "y");
      const text = await screen.shows(nonceOf(second));
      assert.equal(await readFile(file, "utf8"), "one\n2");
      assert.match(text, /Added made\.txt \(\+2 -0\)/);
      assert.match(text, /Edited made\.txt \(\+1 -1\)/);
    },
  },
  {
    id: "interrupt",
    sentence: "Esc stops the answer in its middle; the next prompt is answered.",
    async run({ codex }) {
      const screen = await codex();
      await screen.type("slow: 250 tick");
      await screen.shows("tick3 ");
      await screen.press("Escape");
      await screen.shows(/Conversation interrupted/);
      await exchange(screen);
      assert.doesNotMatch(await screen.text(), /tick250/);
    },
  },
  {
    id: "steer",
    sentence: "What is typed during an answer reaches Claude at once, in the same conversation.",
    async run({ codex, desk }) {
      const screen = await codex();
      await screen.type("slow: 250 tock");
      await screen.shows("tock3 ");
      const seed = randomUUID();
      await screen.type(`nonce: ${seed}`);
      const text = await screen.shows(nonceOf(seed));
      assert.doesNotMatch(text, /tock250/);
      const request = await desk.mock.waitForRequest(({ prompt }) => prompt === `nonce: ${seed}`);
      assert.match(JSON.stringify(request.body), /slow: 250 tock/);
    },
  },
  {
    id: "question",
    sentence: "A question of Claude's is put to the user, and the choice reaches Claude.",
    async run({ codex, desk }) {
      const screen = await codex();
      const seed = randomUUID();
      await screen.type(`ask: Which colour ;; nonce: ${seed}`);
      await screen.shows(/Blue/);
      await screen.press("Down");
      await screen.press("Enter");
      await screen.shows(nonceOf(seed));
      assert.match(lastRequest(desk), /Which colour[\\"]+=[\\"]+Blue/);
    },
  },
];
