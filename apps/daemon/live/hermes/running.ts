import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { nonceOf } from "@fairlead/testkit";
import { alive } from "../agent/program.ts";
import { saidIn } from "../agent/reading.ts";
import type { LiveContext } from "../context.ts";
import { completed } from "../expect.ts";
import type { LiveScenario } from "../scenario.ts";

/**
 * Begins a turn whose command runs; resolves when it has told its process id. Hermes says nothing of what a command
 * prints until it has ended, so it asks the mock for a page of that name.
 */
async function commandRuns(live: LiveContext, thread: string, command: string) {
  live.decideAll("accept");
  const knock = `exec 3<>/dev/tcp/127.0.0.1/${live.mock.port}; printf 'GET /runs/%s HTTP/1.0\\r\\n\\r\\n' $$ >&3`;
  const turnId = await live.begin(thread, `run: ${knock}; ${command} ;; say: after the command`);
  const { path } = await live.mock.waitForRequest((request) => request.path.startsWith("/runs/"));
  return { turnId, pid: Number(path.slice("/runs/".length)) };
}

/**
 * Interrupts a turn in the middle of its answer; resolves when its partial text has been kept. Hermes keeps nothing of
 * such an answer, and joins what the user says next to what was not answered: it holds once more.
 */
export async function interruptAnswer(live: LiveContext): Promise<void> {
  const threadId = await live.start();
  const turnId = await live.begin(threadId, "hold ;; say: never said");
  await live.client.waitFor("item/agentMessage/delta", (delta) => delta.turnId === turnId);
  await live.client.request("turn/interrupt", { threadId, turnId });
  assert.equal((await live.ended(threadId, turnId)).status, "interrupted");
  assert.deepEqual(await saidIn(live, threadId, turnId), ["holding"]);
  const next = await live.begin(threadId, "nonce: next");
  await live.client.waitFor("item/agentMessage/delta", (delta) => delta.turnId === next);
  live.mock.release();
  assert.equal((await live.ended(threadId, next)).status, "completed");
  const told = live.mock.requests.findLast(({ body }) => body["tools"] !== undefined);
  assert.match(told?.prompt ?? "", /nonce: next$/);
}

/** What a user does while an answer is written or a command runs. */
export const running: readonly LiveScenario[] = [
  {
    id: "interrupt-text",
    sentence: "`session.interrupt` keeps the partial text, and the next turn works.",
    run: interruptAnswer,
  },
  {
    id: "interrupt-command",
    sentence: "`session.interrupt` during a command ends its process and the turn.",
    async run(live) {
      const thread = await live.start();
      const { turnId, pid } = await commandRuns(live, thread, "sleep 55; touch made");
      assert.ok(alive(pid));
      await live.client.request("turn/interrupt", { threadId: thread, turnId });
      assert.equal((await live.ended(thread, turnId)).status, "interrupted");
      while (alive(pid)) await setImmediate();
      assert.equal(await live.made("made"), false);
      completed(await live.turn(thread, "say: next"));
    },
  },
  {
    id: "steer-command",
    sentence: "`session.steer`: a message during a command reaches the model with its result.",
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
];
