import assert from "node:assert/strict";
import type { CodexClient } from "@fairlead/client";
import type { LiveContext } from "../context.ts";
import { answerOf, completed, echoOf, itemOf, lastTold } from "../expect.ts";
import type { LiveScenario } from "../scenario.ts";
import { itemIds, listed, turnIds } from "./reading.ts";

/** Restarts a daemon behind a turn; resolves when the thread is resumed, with the ids it had. */
export async function restarted(
  live: LiveContext,
): Promise<{ readonly client: CodexClient; readonly thread: string; readonly program: string }> {
  const data = `${live.folder}-data`;
  const before = await live.stage.startDaemon(data);
  const first = await live.connect(before);
  const thread = await live.start({}, first);
  const program = "run: touch made ;; say: remembered";
  completed(await live.turn(thread, program, { client: first, decide: "accept" }));
  const ids = await itemIds(first, thread);
  await first.close();
  await before[Symbol.asyncDispose]();
  const client = await live.connect(live.own(await live.stage.startDaemon(data)));
  assert.deepEqual(await itemIds(client, thread), ids);
  await client.request("thread/resume", { threadId: thread });
  assert.deepEqual(await itemIds(client, thread), ids);
  return { client, thread, program };
}

/** Resuming, forking and taking back. */
export const sessions = [
  {
    id: "resume-after-restart",
    sentence: "After a restart of the daemon the ids are the same and the model knows the history.",
    async run(live) {
      const { client, thread, program } = await restarted(live);
      const { userTexts } = echoOf(await live.turn(thread, "echo", { client }));
      assert.deepEqual(userTexts, [program, "echo"]);
    },
  },
  {
    id: "resume-approval-after-restart",
    sentence: "A turn cut by the daemon's end reads as over, and what it asked for never happened.",
    async run(live) {
      const data = `${live.folder}-data`;
      const before = await live.stage.startDaemon(data);
      const first = await live.connect(before);
      const thread = await live.start({}, first);
      const open = live.approvalOpen(thread, first);
      await live.begin(thread, "run: touch made ;; say: never", { client: first });
      await open;
      await live.disconnect(first);
      await before[Symbol.asyncDispose]();
      const second = await live.connect(live.own(await live.stage.startDaemon(data)));
      const read = await second.request("thread/read", { threadId: thread, includeTurns: true });
      const [cut] = read.thread.turns;
      assert.ok(cut !== undefined && cut.status !== "inProgress" && cut.status !== "completed");
      await second.request("thread/resume", { threadId: thread });
      completed(await live.turn(thread, "say: next", { client: second }));
      assert.equal(await live.made("made"), false);
    },
  },
  {
    id: "resume-elsewhere",
    sentence: "A conversation moves to a new folder.",
    async run(live) {
      const thread = await live.start();
      completed(await live.turn(thread, "say: before the move"));
      const cwd = await live.stage.project();
      await live.enter(cwd);
      const turn = await live.turn(thread, "run: pwd ;; echo", { cwd, decide: "accept" });
      completed(turn);
      assert.equal(itemOf(turn.items, "commandExecution").aggregatedOutput?.trim(), cwd);
      assert.deepEqual(echoOf(turn).userTexts, ["say: before the move", "run: pwd ;; echo"]);
    },
  },
  {
    id: "history-paging",
    sentence: "History comes page by page, and each page has the ids the whole has.",
    async run(live) {
      const threadId = await live.start();
      for (const name of ["one", "two", "three"])
        completed(await live.turn(threadId, `say: ${name}`));
      const turns = await turnIds(live.client, threadId);
      const newest = await live.client.request("thread/turns/list", { threadId, limit: 2 });
      const cursor = newest.nextCursor;
      assert.ok(cursor, "there is one more page");
      const rest = await live.client.request("thread/turns/list", { threadId, limit: 2, cursor });
      const paged = [...newest.data, ...rest.data].map(({ id }) => id);
      assert.deepEqual([paged, rest.nextCursor], [turns, null]);
      const items = await itemIds(live.client, threadId);
      const first = await live.client.request("thread/items/list", { threadId, limit: 4 });
      const after = { threadId, limit: 4, cursor: first.nextCursor };
      const second = await live.client.request("thread/items/list", after);
      const pages = [...first.data, ...second.data].map(
        ({ turnId, item }) => `${turnId} ${item.id}`,
      );
      assert.deepEqual(pages, items);
    },
  },
  {
    id: "rename",
    sentence: "A thread's new name is told, and kept over a restart of the daemon.",
    async run(live) {
      const data = `${live.folder}-data`;
      const before = await live.stage.startDaemon(data);
      const first = await live.connect(before);
      const threadId = await live.start({}, first);
      completed(await live.turn(threadId, "say: nameless", { client: first }));
      await first.request("thread/name/set", { threadId, name: "Forty two" });
      // The agent may have found a title of its own before.
      await first.waitFor("thread/name/updated", ({ threadName }) => threadName === "Forty two");
      await first.close();
      await before[Symbol.asyncDispose]();
      const second = await live.connect(live.own(await live.stage.startDaemon(data)));
      assert.deepEqual(
        (await listed(live, second)).map(({ id, name }) => [id, name]),
        [[threadId, "Forty two"]],
      );
    },
  },
  {
    id: "user-shell",
    sentence: "A command of the user's own runs unasked, and the model is told of it.",
    async run(live) {
      const threadId = await live.start();
      const command = "echo $((40 + 2)) > made; cat made";
      await live.client.request("thread/shellCommand", { threadId, command });
      const { turn } = await live.client.waitFor("turn/completed");
      completed({ turn });
      assert.equal(await live.read("made"), "42\n");
      completed(await live.turn(threadId, "say: noted"));
      assert.match(lastTold(live.mock), /The user ran .{0,80}42/);
    },
  },
  {
    id: "resume-live",
    sentence: "A second client that resumes a running thread gets the rest of its turn.",
    async run(live) {
      const thread = await live.start();
      const turnId = await live.begin(thread, "hold ;; say: never");
      await live.client.waitFor("item/agentMessage/delta");
      const second = await live.connect();
      const { thread: joined } = await second.request("thread/resume", { threadId: thread });
      assert.equal(joined.status.type, "active");
      assert.equal(joined.turns.at(-1)?.status, "inProgress");
      live.mock.release();
      assert.equal((await live.ended(thread, turnId, second)).status, "completed");
      assert.equal((await live.ended(thread, turnId)).status, "completed");
    },
  },
  {
    id: "fork",
    sentence: "A fork knows the history, its source not what follows.",
    async run(live) {
      const source = await live.start();
      completed(await live.turn(source, "say: shared"));
      const { thread } = await live.client.request("thread/fork", { threadId: source });
      assert.notEqual(thread.id, source);
      assert.equal(thread.forkedFromId, source);
      const inFork = echoOf(await live.turn(thread.id, "echo"));
      assert.deepEqual(inFork.userTexts, ["say: shared", "echo"]);
      completed(await live.turn(thread.id, "say: only in the fork"));
      const inSource = echoOf(await live.turn(source, "echo"));
      assert.deepEqual(inSource.userTexts, ["say: shared", "echo"]);
      const known = (await listed(live)).map(({ id }) => id);
      assert.deepEqual(known.toSorted(), [source, thread.id].toSorted());
    },
  },
  {
    id: "fork-at-turn",
    sentence: "A fork may leave out what came after a turn.",
    async run(live) {
      const source = await live.start();
      completed(await live.turn(source, "say: one"));
      const { turn } = await live.turn(source, "say: two");
      completed(await live.turn(source, "say: three"));
      const at = { threadId: source, lastTurnId: turn.id };
      const { thread } = await live.client.request("thread/fork", at);
      const { userTexts } = echoOf(await live.turn(thread.id, "echo"));
      assert.deepEqual(userTexts, ["say: one", "say: two", "echo"]);
    },
  },
  {
    id: "revert",
    sentence: "Turns are taken back under the thread's own id: the model forgets them.",
    async run(live) {
      const thread = await live.start();
      completed(await live.turn(thread, "say: kept"));
      const { turn } = await live.turn(thread, "say: regretted");
      await live.client.request("thread/revert", { threadId: thread, beforeTurnId: turn.id });
      assert.equal((await turnIds(live.client, thread)).length, 1);
      const { userTexts } = echoOf(await live.turn(thread, "echo"));
      assert.deepEqual(userTexts, ["say: kept", "echo"]);
      assert.equal(answerOf(await live.turn(thread, "say: goes on")), "goes on");
      assert.equal((await turnIds(live.client, thread)).length, 3);
    },
  },
  {
    id: "rollback-all",
    sentence: "A rollback of every turn starts new under the thread's own id.",
    async run(live) {
      const thread = await live.start();
      completed(await live.turn(thread, "say: one"));
      completed(await live.turn(thread, "say: two"));
      await live.client.request("thread/rollback", { threadId: thread, numTurns: 2 });
      const { userTexts } = echoOf(await live.turn(thread, "echo"));
      assert.deepEqual(userTexts, ["echo"]);
      assert.equal((await turnIds(live.client, thread)).length, 1);
    },
  },
] as const satisfies readonly LiveScenario[];
