import assert from "node:assert/strict";
import type { CodexErrorInfo } from "@fairlead/codex-proto";
import type { LiveContext, LiveTurn } from "../context.ts";
import { answerOf, completed, failureOf, isOfTurn } from "../expect.ts";
import type { LiveScenario } from "../scenario.ts";

/** The messages of the retries a turn announced. */
export function retriesOf({ events }: LiveTurn): readonly string[] {
  return events.flatMap((event) =>
    event.method === "error" && event.params.willRetry ? [event.params.error.message] : [],
  );
}

/** Fails a turn at the API and shows that the next one works. */
export async function failing(
  live: LiveContext,
  failure: string,
  info: CodexErrorInfo,
): Promise<LiveTurn> {
  const thread = await live.start();
  const turn = await live.turn(thread, `error: ${failure}`);
  assert.deepEqual(failureOf(turn).codexErrorInfo, info);
  assert.equal(answerOf(await live.turn(thread, "say: alive")), "alive");
  return turn;
}

/** How often the model was asked with a prompt; not for a title of it. */
export function tries(live: LiveContext, prompt: string): number {
  return live.mock.requests.filter((request) => request.prompt === prompt && isOfTurn(request))
    .length;
}

/** What can go wrong at the API. */
export const errors = [
  {
    id: "error-400",
    sentence: "A 400 fails the turn at once, with the provider's words.",
    async run(live) {
      const turn = await failing(live, "400", "badRequest");
      assert.match(failureOf(turn).message, /mock: bad request/);
      assert.deepEqual(retriesOf(turn), []);
    },
  },
  {
    id: "error-401",
    sentence: "A 401 is no login: asked once.",
    async run(live) {
      await failing(live, "401", "unauthorized");
      assert.equal(tries(live, "error: 401"), 1);
    },
  },
  {
    id: "error-429",
    sentence: "One 429 is waited out and told as a retry.",
    async run(live) {
      const program = "error: 429 x1 ;; say: in time";
      const turn = await live.turn(await live.start(), program);
      completed(turn);
      assert.equal(answerOf(turn), "in time");
      assert.equal(retriesOf(turn).length, 1);
      assert.equal(tries(live, program), 2);
    },
  },
  {
    id: "error-recovered",
    sentence: "A retry that succeeds is a completed turn.",
    async run(live) {
      const program = "error: 500 x1 ;; say: recovered";
      const turn = await live.turn(await live.start(), program);
      completed(turn);
      assert.equal(answerOf(turn), "recovered");
      assert.equal(tries(live, program), 2);
    },
  },
  {
    id: "error-context",
    sentence: "A full context window is told as one.",
    async run(live) {
      const turn = await live.turn(await live.start(), "error: context");
      assert.equal(failureOf(turn).codexErrorInfo, "contextWindowExceeded");
      assert.ok(tries(live, "error: context") > 0);
    },
  },
  {
    id: "error-midstream",
    sentence: "A failure in the middle of an answer is tried again.",
    async run(live) {
      const program = "error: midstream x1 ;; say: recovered";
      const turn = await live.turn(await live.start(), program);
      completed(turn);
      assert.equal(answerOf(turn), "recovered");
      assert.equal(tries(live, program), 2);
    },
  },
  {
    id: "error-disconnect",
    sentence: "A connection that breaks in the middle of an answer is tried again.",
    async run(live) {
      const program = "error: disconnect x1 ;; say: recovered";
      const turn = await live.turn(await live.start(), program);
      completed(turn);
      assert.equal(answerOf(turn), "recovered");
      assert.equal(tries(live, program), 2);
    },
  },
] as const satisfies readonly LiveScenario[];
