import assert from "node:assert/strict";
import { sessions as shared } from "../agent/sessions.ts";
import { rowsOf } from "../agent/rows-of.ts";
import { completed, echoOf } from "../expect.ts";
import type { LiveScenario } from "../scenario.ts";

/** Resuming, forking and taking back. */
export const sessions: readonly LiveScenario[] = [
  ...rowsOf(shared, {
    "resume-after-restart":
      "`--resume U` keeps the id: after a restart of the daemon the model knows the history.",
    "resume-approval-after-restart":
      "A turn cut by the daemon's end reads as over, and what it asked for never happened.",
    "resume-elsewhere":
      "`--resume U` works from another cwd too: the conversation moves to a new folder.",
    "resume-live": "A second client that resumes a running thread gets the rest of its turn.",
    fork: "`--resume U --fork-session`: the copy knows the history, the source not what follows.",
    "fork-at-turn": "`--resume-session-at <assistant uuid>` forks in the middle of a conversation.",
    revert: "The same takes turns back under the thread's own id: the model forgets them.",
    "rollback-all":
      "Without a message before it there is nothing to fork at: a rollback of all starts new.",
  }),
  {
    id: "clear",
    sentence:
      "`/clear` is `conversation_reset {new_conversation_id}`: a new session, the same thread.",
    async run(live) {
      const thread = await live.start();
      completed(await live.turn(thread, "say: forgotten"));
      completed(await live.turn(thread, "/clear"));
      assert.deepEqual(echoOf(await live.turn(thread, "echo")).userTexts, ["echo"]);
      const { data } = await live.client.request("thread/list", { cwd: live.folder });
      assert.deepEqual(
        data.map(({ id }) => id),
        [thread],
      );
    },
  },
];
