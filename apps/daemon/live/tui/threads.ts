import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { nonceOf } from "@fairlead/testkit";
import { exists } from "./desk.ts";
import { type TuiScenario, answer, asked, exchange, lastRequest } from "./seat.ts";

const run = promisify(execFile);

/** What happens around turns: commands of the TUI's own. */
export const threads: readonly TuiScenario[] = [
  {
    id: "resume",
    sentence:
      "After a restart of the daemon, `/resume` shows the conversation and goes on with it.",
    async run({ codex, desk }) {
      const before = await codex();
      const seed = randomUUID().slice(0, 8);
      await before.type(`nonce: ${seed}`);
      await before.shows(nonceOf(seed));
      await before[Symbol.asyncDispose]();
      await desk.restartDaemon();
      const screen = await codex();
      await screen.type("/resume");
      await screen.shows(`nonce: ${seed}`);
      await screen.press("Enter");
      await screen.shows(nonceOf(seed));
      await exchange(screen);
      assert.match(lastRequest(desk), new RegExp(nonceOf(seed)));
    },
  },
  {
    id: "compact",
    sentence: "`/compact` has Claude compact the conversation, which then goes on.",
    async run({ codex, desk, folder }) {
      const screen = await codex();
      const nonce = await exchange(screen);
      await screen.type("/compact");
      await screen.shows(/Context compacted/);
      await exchange(screen);
      assert.match(lastRequest(desk), /Mock summary of the conversation/);
      const [session] = await desk.sessions(folder);
      assert.match(session ?? "", /compact_boundary/);
      assert.match(session ?? "", new RegExp(nonce));
    },
  },
  {
    id: "fork",
    sentence:
      "`/fork` goes on in a copy that knows the conversation and leaves the original as it is.",
    async run({ codex, desk, folder }) {
      const screen = await codex();
      const shared = await exchange(screen);
      await screen.type("/fork");
      await screen.shows(/Fork created/);
      await screen.shows(shared);
      const own = await exchange(screen);
      const sessions = await desk.sessions(folder);
      assert.equal(sessions.length, 2);
      assert.ok(sessions.every((session) => session.includes(shared)));
      assert.equal(sessions.filter((session) => session.includes(own)).length, 1);
    },
  },
  {
    id: "shell",
    sentence: "`!cmd` runs without asking, shows its output, and Claude hears of it.",
    async run({ codex, desk, folder }) {
      const screen = await codex();
      await screen.type("!echo $((4321 * 8765)) | tee shell");
      await screen.shows(/37873565/);
      assert.equal(await readFile(join(folder, "shell"), "utf8"), "37873565\n");
      await exchange(screen);
      assert.match(lastRequest(desk), /37873565/);
    },
  },
  {
    id: "new",
    sentence: "`/new` begins a conversation that knows nothing of the last one.",
    async run({ codex, desk }) {
      const screen = await codex();
      const old = await exchange(screen);
      await screen.type("/new");
      await screen.hides(new RegExp(old));
      await exchange(screen);
      assert.doesNotMatch(lastRequest(desk), new RegExp(old));
    },
  },
  {
    id: "rename",
    sentence: "`/rename` names the conversation in Claude's own session too.",
    async run({ codex, desk, folder }) {
      const screen = await codex();
      await exchange(screen);
      const name = `named-${randomUUID().slice(0, 8)}`;
      await screen.type(`/rename ${name}`);
      await screen.shows(new RegExp(`· ${name}`));
      await exchange(screen);
      assert.match((await desk.sessions(folder)).join(""), new RegExp(name));
    },
  },
  {
    id: "diff",
    sentence: "`/diff` shows what Claude changed in a git repository.",
    async run({ codex, folder }) {
      await run("git", ["init", "--quiet", folder]);
      const screen = await codex();
      const seed = randomUUID();
      await screen.type(`run: echo $((2345 * 6789)) > new.txt ;; nonce: ${seed}`);
      await asked(screen, "command");
      await answer(screen, "y");
      await screen.shows(nonceOf(seed));
      await screen.type("/diff");
      await screen.shows(/\+15920205/);
    },
  },
  {
    id: "fairlead-tui",
    sentence:
      "`fairlead tui claude` starts it in the folder of the user's terminal, also without a daemon.",
    async run({ fairlead, folder }) {
      const screen = await fairlead(["tui", "claude"]);
      const seed = randomUUID();
      await screen.type(`run: touch here ;; nonce: ${seed}`);
      await asked(screen, "command");
      await answer(screen, "y");
      await screen.shows(nonceOf(seed));
      assert.ok(await exists(join(folder, "here")));
    },
  },
];
