import assert from "node:assert/strict";
import type { LiveContext, LiveTurn } from "../context.ts";
import { answerOf, completed, echoOf, itemOf, lastTold } from "../expect.ts";
import { itemIds, saidIn } from "../agent/reading.ts";
import type { LiveScenario } from "../scenario.ts";

/** Words of which no two are alike: of what repeats itself Droid lets its model say little. */
function words(count: number): string {
  return Array.from({ length: count }, (_, at) => `word${at}`).join(" ");
}

/** The tokens that a turn told last. */
function tokensOf({ events }: LiveTurn) {
  const told = events.flatMap((event) =>
    event.method === "thread/tokenUsage/updated" ? [event.params.tokenUsage] : [],
  );
  return told.at(-1) ?? assert.fail("no usage was told");
}

/** A thread that has its title, for which Droid asks its model beside the first turn. */
async function titled(live: LiveContext): Promise<string> {
  const thread = await live.start();
  const named = live.client.waitFor(
    "thread/name/updated",
    ({ threadId, threadName }) => threadId === thread && threadName === "Mock title",
  );
  completed(await live.turn(thread, "say: named"));
  await named;
  return thread;
}

/** Conversations that go on for long, in Droid's own ways. */
export const conversations: readonly LiveScenario[] = [
  {
    id: "text-many-words",
    sentence: "A long answer is many deltas; none is lost, and the message is their sum.",
    async run(live) {
      const turn = await live.turn(await live.start(), `say: ${words(5000)}`);
      completed(turn);
      assert.equal(answerOf(turn), words(5000));
      const deltas = turn.events.filter(({ method }) => method === "item/agentMessage/delta");
      assert.ok(deltas.length > 10, String(deltas.length));
    },
  },
  {
    id: "text-repeated",
    sentence: "An answer that repeats itself is cut by Droid, which says so; the next turn works.",
    async run(live) {
      const thread = await live.start();
      const { turn } = await live.turn(thread, "big: 300");
      assert.equal(turn.status, "failed");
      assert.match(turn.error?.message ?? "", /repetition/);
      completed(await live.turn(thread, "say: next"));
    },
  },
  {
    id: "compact",
    sentence:
      "`compact_session` on request: the model has a summary in front of what was said last.",
    async run(live) {
      const thread = await live.start();
      completed(await live.turn(thread, `say: ${words(100)}`));
      completed(await live.turn(thread, "say: the last of it"));
      const from = live.client.position;
      await live.client.request("thread/compact/start", { threadId: thread });
      const { turn } = await live.client.waitFor("turn/completed", () => true, { from });
      completed({ turn });
      const { data } = await live.client.request("thread/items/list", {
        threadId: thread,
        turnId: turn.id,
      });
      itemOf(
        data.map(({ item }) => item),
        "contextCompaction",
      );
      assert.equal(answerOf(await live.turn(thread, "say: goes on")), "goes on");
      assert.match(lastTold(live.mock), /Mock summary/);
    },
  },
  {
    id: "compact-read-again",
    sentence:
      "What was compacted reads the same after a restart: one compaction, all ids as before.",
    async run(live) {
      const data = `${live.folder}-data`;
      const before = await live.stage.startDaemon(data);
      const first = await live.connect(before);
      const thread = await live.start({}, first);
      completed(await live.turn(thread, `say: ${words(100)}`, { client: first }));
      const from = first.position;
      await first.request("thread/compact/start", { threadId: thread });
      await first.waitFor("turn/completed", () => true, { from });
      completed(await live.turn(thread, "say: behind it", { client: first }));
      const ids = await itemIds(first, thread);
      await first.close();
      await before[Symbol.asyncDispose]();
      const client = await live.connect(live.own(await live.stage.startDaemon(data)));
      await client.request("thread/resume", { threadId: thread });
      assert.deepEqual(await itemIds(client, thread), ids);
      completed(await live.turn(thread, "say: and on", { client }));
      const { data: items } = await client.request("thread/items/list", { threadId: thread });
      assert.equal(items.filter(({ item }) => item.type === "contextCompaction").length, 1);
    },
  },
  {
    id: "steer-twice",
    sentence: "Two messages during an answer are one prompt after it, in the same turn.",
    async run(live) {
      const thread = await live.start();
      const turnId = await live.begin(thread, "hold ;; say: never said");
      await live.client.waitFor("item/agentMessage/delta", (delta) => delta.turnId === turnId);
      for (const text of ["say: one", "and two"]) await live.begin(thread, text);
      live.mock.release();
      assert.equal((await live.ended(thread, turnId)).status, "completed");
      assert.match((await saidIn(live, thread, turnId)).at(-1) ?? "", /^one\s+and two$/);
    },
  },
  {
    id: "token-usage",
    sentence:
      "The tokens of a request and the context window reach the client, without those of the title.",
    async run(live) {
      const thread = await live.start();
      const { position: from } = live.client;
      completed(await live.turn(thread, "tokens: 12345"));
      // Of a first turn Droid tells the whole with the title's, and then this.
      const { tokenUsage } = await live.client.waitFor(
        "thread/tokenUsage/updated",
        ({ threadId, tokenUsage: { last } }) => threadId === thread && last.inputTokens === 12_345,
        { from },
      );
      const { modelContextWindow } = tokenUsage;
      assert.ok((modelContextWindow ?? 0) >= 200_000, String(modelContextWindow));
    },
  },
  {
    id: "token-usage-sum",
    sentence: "`total` grows with each request by what `last` says.",
    async run(live) {
      const thread = await titled(live);
      const first = tokensOf(await live.turn(thread, "tokens: 5000"));
      const second = tokensOf(await live.turn(thread, "tokens: 7000"));
      assert.equal(second.last.inputTokens, 7000);
      assert.equal(second.total.inputTokens - first.total.inputTokens, 7000);
    },
  },
  {
    id: "queue-dropped",
    sentence: "An interrupt also drops what was said during the turn: it is never answered later.",
    async run(live) {
      const thread = await live.start();
      const turnId = await live.begin(thread, "hold ;; say: never said");
      await live.client.waitFor("item/agentMessage/delta", (delta) => delta.turnId === turnId);
      await live.begin(thread, "say: dropped");
      await live.client.request("turn/interrupt", { threadId: thread, turnId });
      assert.equal((await live.ended(thread, turnId)).status, "interrupted");
      const { userTexts } = echoOf(await live.turn(thread, "echo"));
      assert.ok(!userTexts.includes("say: dropped"), userTexts.join());
    },
  },
];
