import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { nonceOf } from "@fairlead/testkit";
import type { LiveContext } from "../context.ts";
import { completed, echoOf } from "../expect.ts";
import type { LiveScenario } from "../scenario.ts";
import { alive } from "./program.ts";
import { saidIn } from "./reading.ts";

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

/** Lets the answer that is being written end, unless what the user says next has cut it. */
function letItEnd(live: LiveContext): void {
  if (!live.agent.cutsForSteer) live.mock.release();
}

/** Interrupts a turn in the middle of its answer; resolves when its partial text has been kept. */
export async function interruptText(live: LiveContext): Promise<void> {
  const thread = await live.start();
  const turnId = await holding(live, thread);
  await live.client.request("turn/interrupt", { threadId: thread, turnId });
  assert.equal((await live.ended(thread, turnId)).status, "interrupted");
  assert.deepEqual(await saidIn(live, thread, turnId), ["holding"]);
  completed(await live.turn(thread, "say: next"));
}

/** Interrupts a turn whose command runs; resolves when the command's process is gone. */
export async function interruptCommand(live: LiveContext): Promise<void> {
  const thread = await live.start();
  const { turnId, pid } = await commandRuns(live, thread, "sleep 55; touch made");
  assert.ok(alive(pid));
  await live.client.request("turn/interrupt", { threadId: thread, turnId });
  assert.equal((await live.ended(thread, turnId)).status, "interrupted");
  // An agent may end it without waiting for its end.
  while (alive(pid)) await setImmediate();
  assert.equal(await live.made("made"), false);
  completed(await live.turn(thread, "say: next"));
}

/** Stopping a turn, and saying something in the middle of one. */
export const steer = [
  {
    id: "interrupt-text",
    sentence: "An interrupt keeps the partial text, and the next turn works.",
    run: interruptText,
  },
  {
    id: "interrupt-command",
    sentence: "An interrupt during a command ends its process and the turn.",
    run: interruptCommand,
  },
  {
    id: "interrupt-cold",
    sentence: "A turn interrupted before the agent said anything ends, and nothing of it happens.",
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
    sentence: "A message while the answer is written is answered in the same turn.",
    async run(live) {
      const thread = await live.start();
      const turnId = await holding(live, thread);
      const text = "nonce: steered";
      const input = [{ type: "text" as const, text, text_elements: [] }];
      const steered = { threadId: thread, expectedTurnId: turnId, input };
      assert.equal((await live.client.request("turn/steer", steered)).turnId, turnId);
      letItEnd(live);
      assert.equal((await live.ended(thread, turnId)).status, "completed");
      assert.equal((await saidIn(live, thread, turnId)).at(-1), nonceOf("steered"));
      const asked = live.mock.requests.findLast(({ body }) => body["tools"] !== undefined);
      assert.equal(asked?.prompt, text);
    },
  },
  {
    id: "steer-command",
    sentence: "A message during a command is delivered after it, in the same turn.",
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
      letItEnd(live);
      assert.equal((await live.ended(thread, turnId)).status, "completed");
      assert.equal((await saidIn(live, thread, turnId)).at(-1), nonceOf("joined"));
      const { userTexts } = echoOf(await live.turn(thread, "echo"));
      assert.deepEqual(userTexts, ["hold ;; say: never said", "nonce: joined", "echo"]);
    },
  },
  {
    id: "steer-approval",
    sentence: "A message while an approval waits is answered in the same turn.",
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
      letItEnd(live);
      assert.equal((await live.ended(thread, turnId)).status, "completed");
      assert.equal((await saidIn(live, thread, turnId)).at(-1), nonceOf("two"));
      const { userTexts } = echoOf(await live.turn(thread, "echo"));
      assert.deepEqual(userTexts.slice(1), ["nonce: one", "nonce: two", "echo"]);
    },
  },
] as const satisfies readonly LiveScenario[];
