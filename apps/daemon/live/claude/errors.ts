import assert from "node:assert/strict";
import type { CodexErrorInfo } from "@fairlead/codex-proto";
import { chmod, mkdir } from "node:fs/promises";
import type { LiveContext, LiveTurn } from "../context.ts";
import { answerOf, completed, echoOf, failureOf } from "../expect.ts";
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

/** Makes a script the program of this scenario's agent. */
async function wrap(live: LiveContext, script: string): Promise<void> {
  await mkdir(live.path("bin"));
  const path = live.path("bin/claude");
  await live.write("bin/claude", `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  live.environment({ FAIRLEAD_CLAUDE: path });
}

/** What can go wrong at the API, in the process and before it. */
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
    id: "not-logged-in",
    sentence: 'No key: "Not logged in · Please run /login".',
    async run(live) {
      live.environment({ ANTHROPIC_API_KEY: "" });
      const turn = await live.turn(await live.start(), "say: never");
      const { message, codexErrorInfo } = failureOf(turn);
      assert.match(message, /[Nn]ot logged in/);
      assert.equal(codexErrorInfo, "unauthorized");
      assert.equal(tries(live, "say: never"), 0);
    },
  },
  {
    id: "not-installed",
    sentence: "Without a `claude` on the PATH the turn says what to type.",
    async run(live) {
      live.environment({ PATH: live.folder });
      const thread = await live.start();
      const turn = await live.turn(thread, "say: never");
      assert.match(failureOf(turn).message, /npm i -g @anthropic-ai\/claude-code/);
      live.environment({ PATH: live.stage.environment(null)["PATH"] ?? "" });
      completed(await live.turn(thread, "say: found"));
    },
  },
  {
    id: "killed",
    sentence: "A process killed in the middle of a turn fails it; `--resume` carries on.",
    async run(live) {
      const thread = await live.start();
      completed(await live.turn(thread, "say: before"));
      const turn = await live.turn(thread, "run: touch made; kill -9 $PPID ;; say: never", {
        decide: "accept",
      });
      assert.match(failureOf(turn).message, /SIGKILL/);
      assert.ok(await live.made("made"));
      const { userTexts } = echoOf(await live.turn(thread, "echo"));
      assert.equal(userTexts[0], "say: before");
    },
  },
  {
    id: "other-version",
    sentence: "`claude_code_version` outside the tested range is one warning, never a refusal.",
    async run(live) {
      const version = 's/"claude_code_version":"[0-9.]*"/"claude_code_version":"9.8.7"/';
      await wrap(live, `"${live.stage.command}" "$@" | sed -u '${version}'`);
      const turn = await live.turn(await live.start(), "say: works");
      completed(turn);
      const { message } = await live.client.waitFor("warning");
      assert.match(message, /9\.8\.7.*2\.1\.329/);
    },
  },
  {
    id: "unknown-frames",
    sentence: "A frame of unknown type, or a line that is no JSON, loses nothing.",
    async run(live) {
      const noise = '/"type":"result"/i {"type":"brand_new","x":1}\\nnot json at all';
      await wrap(live, `"${live.stage.command}" "$@" | sed -u '${noise}'`);
      const turn = await live.turn(await live.start(), "run: touch made ;; say: all there", {
        decide: "accept",
      });
      completed(turn);
      assert.equal(answerOf(turn), "all there");
      assert.ok(await live.made("made"));
      assert.ok(live.stage.logged.some((line) => line.includes("brand_new")));
    },
  },
];
