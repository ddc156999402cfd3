import assert from "node:assert/strict";
import { cutByDaemon } from "../agent/processes.ts";
import { itemIds, listed } from "../agent/reading.ts";
import { restarted } from "../agent/sessions.ts";
import { answerOf, completed, echoOf, failureOf, itemOf, lastTold } from "../expect.ts";
import type { LiveScenario } from "../scenario.ts";

/** What is left of a conversation when its agent or its daemon ends. */
export const lasting: readonly LiveScenario[] = [
  {
    id: "killed-inside",
    sentence:
      "The agent's own agent killed in a turn fails it in the agent's words; the next turn carries on.",
    async run(live) {
      const thread = await live.start();
      completed(await live.turn(thread, "say: before"));
      const turn = await live.turn(thread, "run: touch made; kill -9 $PPID ;; say: never", {
        decide: "accept",
      });
      assert.match(failureOf(turn).message, /exited unexpectedly|SIGKILL/);
      assert.ok(await live.made("made"));
      const { userTexts } = echoOf(await live.turn(thread, "echo"));
      assert.equal(userTexts[0], "say: before");
    },
  },
  {
    id: "killed-anew",
    sentence:
      "An agent killed in a turn whose sessions cannot be loaded is told what was said before.",
    async run(live) {
      const thread = await live.start();
      completed(await live.turn(thread, "say: before"));
      const turn = await live.turn(thread, "run: touch made; kill -9 $PPID ;; say: never", {
        decide: "accept",
      });
      assert.match(failureOf(turn).message, /SIGKILL/);
      assert.ok(await live.made("made"));
      completed(await live.turn(thread, "and now?"));
      assert.match(lastTold(live.mock), /say: before[\s\S]*and now\?/);
    },
  },
  {
    id: "resume-anew",
    sentence:
      "After a restart of the daemon the ids are the same, and an agent that cannot load its session is told the history.",
    async run(live) {
      const { client, thread } = await restarted(live);
      completed(await live.turn(thread, "and now?", { client }));
      assert.match(lastTold(live.mock), /run: touch made ;; say: remembered[\s\S]*and now\?/);
    },
  },
  {
    id: "daemon-killed-anew",
    sentence:
      "A daemon killed in a turn takes the agent with it; a session that was not kept is told to the agent anew.",
    async run(live) {
      const { client, thread, program } = await cutByDaemon(live);
      completed(await live.turn(thread, "and now?", { client }));
      const told = lastTold(live.mock);
      assert.ok(told.indexOf(program) < told.indexOf("and now?") && told.includes(program), told);
    },
  },
  {
    id: "session-listed",
    sentence:
      "`session/list`, `session/load`: another daemon lists a session, reads it with ids that stay, and goes on.",
    async run(live) {
      await live.enter(live.stage.home);
      const before = await live.stage.startDaemon(`${live.folder}-data`);
      const first = await live.connect(before);
      const made = await live.start({}, first);
      completed(
        await live.turn(made, "run: touch made ;; say: made there", {
          client: first,
          decide: "accept",
        }),
      );
      await first.close();
      await before[Symbol.asyncDispose]();
      const other = live.own(await live.stage.startDaemon(`${live.folder}-other`));
      const client = await live.connect(other);
      const [thread, ...more] = await listed(live, client);
      assert.ok(thread, "the session is not listed");
      assert.equal(more.length, 0);
      const ids = await itemIds(client, thread.id);
      assert.deepEqual(await itemIds(client, thread.id), ids);
      const { data } = await client.request("thread/items/list", { threadId: thread.id });
      const items = data.map(({ item }) => item);
      assert.equal(answerOf({ items }), "made there");
      itemOf(items, "commandExecution");
      await client.request("thread/resume", { threadId: thread.id });
      const { userTexts } = echoOf(await live.turn(thread.id, "echo", { client }));
      assert.deepEqual(userTexts, ["run: touch made ;; say: made there", "echo"]);
    },
  },
  {
    id: "session-deleted",
    sentence: "`session/delete`: a conversation that a client deletes is gone for the agent, too.",
    async run(live) {
      await live.enter(live.stage.home);
      const before = await live.stage.startDaemon(`${live.folder}-data`);
      const first = await live.connect(before);
      const [kept, deleted] = [await live.start({}, first), await live.start({}, first)];
      for (const thread of [kept, deleted]) {
        completed(await live.turn(thread, "say: something", { client: first }));
      }
      await first.request("thread/delete", { threadId: deleted });
      await first.close();
      await before[Symbol.asyncDispose]();
      const other = live.own(await live.stage.startDaemon(`${live.folder}-other`));
      const client = await live.connect(other);
      assert.equal((await listed(live, client)).length, 1);
    },
  },
];
