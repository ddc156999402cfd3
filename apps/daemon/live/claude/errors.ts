import assert from "node:assert/strict";
import type { CodexErrorInfo } from "@fairlead/codex-proto";
import type { LiveContext, LiveTurn } from "../context.ts";
import { answerOf, completed, failureOf } from "../expect.ts";
import type { LiveScenario } from "../scenario.ts";

/** The messages of the retries a turn announced. */
function retriesOf({ events }: LiveTurn): readonly string[] {
  return events.flatMap((event) =>
    event.method === "error" && event.params.willRetry ? [event.params.error.message] : [],
  );
}

/** Fails a turn at the API and shows that the next one works. */
async function failing(
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

/** How often the model was asked with a prompt. */
function tries(live: LiveContext, prompt: string): number {
  return live.mock.requests.filter((request) => request.prompt === prompt).length;
}

/** What can go wrong at the API. */
export const errors: readonly LiveScenario[] = [
  {
    id: "error-400",
    sentence: "`subtype: success, is_error: true`: a 400 fails the turn at once.",
    async run(live) {
      const turn = await failing(live, "400", "badRequest");
      assert.match(failureOf(turn).message, /mock: bad request/);
      assert.deepEqual(retriesOf(turn), []);
    },
  },
  {
    id: "error-401",
    sentence: "401 is retried too; the reason is then `authentication_failed`.",
    async run(live) {
      const turn = await failing(live, "401", "unauthorized");
      assert.ok(tries(live, "error: 401") > 1);
      assert.ok(retriesOf(turn).length > 0);
    },
  },
  {
    id: "error-429",
    sentence: "`api_error_status` 429 is a rate limit.",
    async run(live) {
      await failing(live, "429", { responseTooManyFailedAttempts: { httpStatusCode: 429 } });
      assert.ok(tries(live, "error: 429") > 1);
    },
  },
  {
    id: "error-500",
    sentence: "`system/api_retry {attempt, max_retries}` shows each retry before the failure.",
    async run(live) {
      const turn = await failing(live, "500", "internalServerError");
      assert.equal(retriesOf(turn).length, 2);
      assert.equal(tries(live, "error: 500"), 3);
    },
  },
  {
    id: "error-529",
    sentence: "529 is an overload.",
    async run(live) {
      await failing(live, "529", "serverOverloaded");
      assert.ok(tries(live, "error: 529") > 1);
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
    sentence: "`terminal_reason: prompt_too_long` is a full context window.",
    async run(live) {
      const turn = await live.turn(await live.start(), "error: context");
      assert.equal(failureOf(turn).codexErrorInfo, "contextWindowExceeded");
      assert.ok(tries(live, "error: context") > 0);
    },
  },
  {
    id: "error-midstream",
    sentence:
      "Mid-stream failure: partial deltas, then a message with another id and NO deltas; both kept.",
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
  {
    id: "error-404",
    sentence: "`invalid_request`: the turn names the model that does not exist.",
    async run(live) {
      const turn = await failing(live, "404", "badRequest");
      assert.match(failureOf(turn).message, /issue with the selected model/);
      assert.deepEqual(retriesOf(turn), []);
    },
  },
  {
    id: "error-quota",
    sentence: "A credit balance that is too low is a usage limit.",
    async run(live) {
      const turn = await failing(live, "quota", "usageLimitExceeded");
      assert.match(failureOf(turn).message, /[Cc]redit balance/);
      assert.equal(tries(live, "error: quota"), 1);
    },
  },
];
