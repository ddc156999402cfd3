import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { nonceOf } from "@fairlead/testkit";
import type { LiveContext } from "../context.ts";
import { completed, echoOf } from "../expect.ts";
import type { LiveScenario } from "../scenario.ts";
import { alive } from "./tools.ts";

/**
 * Begins a turn whose answer stops in its middle; resolves when its first words are on the wire.
 */
async function holding(live: LiveContext, thread: string): Promise<string> {
  const turnId = await live.begin(thread, "hold ;; say: never said");
  await live.client.waitFor("item/agentMessage/delta", (delta) => delta.turnId === turnId);
  return turnId;
}

/** Begins a turn whose command runs; resolves when it has printed its process id. */
async function commandRuns(live: LiveContext, thread: string, command: string) {
  live.decideAll("accept");
  const turnId = await live.begin(thread, `run: echo $$; ${command} ;; say: after the command`);
  const { delta } = await live.client.waitFor("item/commandExecution/outputDelta");
  return { turnId, pid: Number(delta) };
}

/** The texts a turn said, oldest first. */
async function saidIn(live: LiveContext, threadId: string, turnId: string) {
  const { data } = await live.client.request("thread/items/list", { threadId, turnId });
  return data.flatMap(({ item }) => (item.type === "agentMessage" ? [item.text] : []));
}

/** Stopping a turn, and saying something in the middle of one. */
export const steer: readonly LiveScenario[] = [
  {
    id: "interrupt-text",
    sentence: "An interrupt keeps the partial text; the next turn tells the model of it.",
    async run(live) {
      const thread = await live.start();
      const turnId = await holding(live, thread);
      await live.client.request("turn/interrupt", { threadId: thread, turnId });
      assert.equal((await live.ended(thread, turnId)).status, "interrupted");
      assert.deepEqual(await saidIn(live, thread, turnId), ["holding"]);
      completed(await live.turn(thread, "say: next"));
      const told = JSON.stringify(live.mock.requests.at(-1)?.body);
      assert.match(told, /Request interrupted by user/);
    },
  },
  {
    id: "interrupt-command",
    sentence: "An interrupt during a tool ends its process and the turn.",
    async run(live) {
      const thread = await live.start();
      const { turnId, pid } = await commandRuns(live, thread, "sleep 55; touch made");
      assert.ok(alive(pid));
      await live.client.request("turn/interrupt", { threadId: thread, turnId });
      assert.equal((await live.ended(thread, turnId)).status, "interrupted");
      // Claude ends it without waiting for its end.
      while (alive(pid)) await setImmediate();
      assert.equal(await live.made("made"), false);
      completed(await live.turn(thread, "say: next"));
      const told = JSON.stringify(live.mock.requests.at(-1)?.body);
      assert.match(told, /Request interrupted by user for tool use/);
    },
  },
  {
    id: "interrupt-cold",
    sentence: "A turn interrupted before Claude printed anything ends at once.",
    async run(live) {
      const thread = await live.start();
      const turnId = await live.begin(thread, "run: touch made ;; say: never");
      await live.client.request("turn/interrupt", { threadId: thread, turnId });
      assert.equal((await live.ended(thread, turnId)).status, "interrupted");
      assert.equal(await live.made("made"), false);
      completed(await live.turn(thread, "say: next"));
    },
  },
  {
    id: "steer-text",
    sentence:
      '`priority: "now"` cuts the stream; what follows answers the steer, in the same turn.',
    async run(live) {
      const thread = await live.start();
      const turnId = await holding(live, thread);
      const text = "nonce: steered";
      const input = [{ type: "text" as const, text, text_elements: [] }];
      const steered = { threadId: thread, expectedTurnId: turnId, input };
      assert.equal((await live.client.request("turn/steer", steered)).turnId, turnId);
      assert.equal((await live.ended(thread, turnId)).status, "completed");
      assert.equal((await saidIn(live, thread, turnId)).at(-1), nonceOf("steered"));
      assert.equal(live.mock.requests.at(-1)?.prompt, text);
    },
  },
  {
    id: "steer-command",
    sentence: "A message during a tool is delivered at the next boundary of the SAME turn.",
    async run(live) {
      const thread = await live.start();
      const command = "until [ -e go ]; do sleep 0.1; done; touch made";
      const { turnId } = await commandRuns(live, thread, command);
      const input = [{ type: "text" as const, text: "nonce: in tool", text_elements: [] }];
      await live.client.request("turn/steer", { threadId: thread, expectedTurnId: turnId, input });
      await live.write("go", "");
      assert.equal((await live.ended(thread, turnId)).status, "completed");
      assert.equal((await saidIn(live, thread, turnId)).at(-1), nonceOf("in tool"));
    },
  },
  {
    id: "start-in-turn",
    sentence: "A second prompt while a turn runs joins it: one turn, nothing lost.",
    async run(live) {
      const thread = await live.start();
      const turnId = await holding(live, thread);
      assert.equal(await live.begin(thread, "nonce: joined"), turnId);
      assert.equal((await live.ended(thread, turnId)).status, "completed");
      assert.equal((await saidIn(live, thread, turnId)).at(-1), nonceOf("joined"));
      const { userTexts } = echoOf(await live.turn(thread, "echo"));
      assert.deepEqual(userTexts, ["hold ;; say: never said", "nonce: joined", "echo"]);
    },
  },
  {
    id: "steer-approval",
    sentence: "A message while a permission waits withdraws the prompt and is answered.",
    async run(live) {
      const thread = await live.start();
      const open = live.approvalOpen(thread);
      const turnId = await live.begin(thread, "run: touch made ;; say: never");
      await open;
      const input = [{ type: "text" as const, text: "nonce: instead", text_elements: [] }];
      await live.client.request("turn/steer", { threadId: thread, expectedTurnId: turnId, input });
      assert.equal((await live.ended(thread, turnId)).status, "completed");
      assert.equal((await saidIn(live, thread, turnId)).at(-1), nonceOf("instead"));
      assert.equal(await live.made("made"), false);
    },
  },
  {
    id: "steer-twice",
    sentence: "Two messages one after the other are both answered before the turn ends.",
    async run(live) {
      const thread = await live.start();
      const turnId = await holding(live, thread);
      for (const text of ["nonce: one", "nonce: two"]) await live.begin(thread, text);
      assert.equal((await live.ended(thread, turnId)).status, "completed");
      assert.equal((await saidIn(live, thread, turnId)).at(-1), nonceOf("two"));
      const { userTexts } = echoOf(await live.turn(thread, "echo"));
      assert.deepEqual(userTexts.slice(1), ["nonce: one", "nonce: two", "echo"]);
    },
  },
];
