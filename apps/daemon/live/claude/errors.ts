import assert from "node:assert/strict";
import { failing, retriesOf, errors as shared, tries } from "../agent/errors.ts";
import { rowsOf } from "../agent/rows-of.ts";
import { failureOf } from "../expect.ts";
import type { LiveScenario } from "../scenario.ts";

/** What can go wrong at the API. */
export const errors: readonly LiveScenario[] = [
  ...rowsOf(shared, {
    "error-recovered": "A retry that succeeds is a completed turn.",
    "error-context": "`terminal_reason: prompt_too_long` is a full context window.",
    "error-midstream":
      "Mid-stream failure: partial deltas, then a message with another id and NO deltas; both kept.",
    "error-disconnect": "A connection that breaks in the middle of an answer is tried again.",
  }),
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
