import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import type { CodexClient } from "@fairlead/client";
import type { LiveContext } from "../context.ts";
import { completed, echoOf, failureOf } from "../expect.ts";
import type { LiveScenario } from "../scenario.ts";
import { spawnDaemon } from "../spawn-daemon.ts";
import { alive } from "./program.ts";

function processId({ agent }: LiveContext): string {
  return agent.processId ?? "$PPID";
}

/** Kills a daemon whose agent is at work; resolves when both are gone and another has gone on. */
export async function daemonKilled(live: LiveContext): Promise<void> {
  const { client, thread, program } = await cutByDaemon(live);
  const { userTexts } = echoOf(await live.turn(thread, "echo", { client }));
  assert.deepEqual(userTexts, [program, "echo"]);
}

/** Kills a daemon whose agent is at work; resolves when both are gone and another has resumed the thread. */
export async function cutByDaemon(
  live: LiveContext,
): Promise<{ readonly client: CodexClient; readonly thread: string; readonly program: string }> {
  const data = `${live.folder}-data`;
  const daemon = await spawnDaemon(live, data);
  const first = await live.connect(daemon);
  const thread = await live.start({}, first);
  live.decideAll("accept", first);
  const program = `run: echo ${processId(live)} > pid ;; hold`;
  await live.begin(thread, program, { client: first });
  await first.waitFor("item/agentMessage/delta");
  const agent = Number(await live.read("pid"));
  assert.ok(alive(agent));
  await daemon[Symbol.asyncDispose]();
  await live.disconnect(first);
  live.mock.release();
  while (alive(agent)) await setImmediate();
  const second = await live.connect(live.own(await live.stage.startDaemon(data)));
  const read = await second.request("thread/read", { threadId: thread, includeTurns: true });
  assert.deepEqual(
    read.thread.turns.map(({ status }) => status),
    ["failed"],
  );
  await second.request("thread/resume", { threadId: thread });
  return { client: second, thread, program };
}

/** The agent's process: not there, killed, or its daemon is. */
export const processes = [
  {
    id: "not-installed",
    sentence: "Without its program on the PATH the turn says what to type.",
    async run(live) {
      live.environment({ PATH: live.folder });
      const thread = await live.start();
      const turn = await live.turn(thread, "say: never");
      assert.ok(failureOf(turn).message.includes(live.agent.install), failureOf(turn).message);
      live.environment({ PATH: live.stage.environment(null)["PATH"] ?? "" });
      completed(await live.turn(thread, "say: found"));
    },
  },
  {
    id: "killed",
    sentence: "A process killed in the middle of a turn fails it; the next turn carries on.",
    async run(live) {
      const thread = await live.start();
      completed(await live.turn(thread, "say: before"));
      const program = `run: touch made; kill -9 ${processId(live)} ;; say: never`;
      const turn = await live.turn(thread, program, { decide: "accept" });
      assert.match(failureOf(turn).message, /SIGKILL/);
      assert.ok(await live.made("made"));
      const { userTexts } = echoOf(await live.turn(thread, "echo"));
      assert.equal(userTexts[0], "say: before");
    },
  },
  {
    id: "daemon-killed",
    sentence:
      "A daemon killed in the middle of a turn takes the agent with it; the turn reads as failed.",
    run: daemonKilled,
  },
] as const satisfies readonly LiveScenario[];
