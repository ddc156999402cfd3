import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { nonceOf } from "@fairlead/testkit";
import { alive } from "../agent/program.ts";
import { saidIn } from "../agent/reading.ts";
import { call } from "../agent/steps.ts";
import type { LiveContext, LiveTurn } from "../context.ts";
import { answerOf, completed, failureOf, itemOf, itemsOf, lastTold } from "../expect.ts";
import type { LiveScenario } from "../scenario.ts";

/**
 * Begins a turn whose command runs; resolves with its process id. Not every agent tells what a command prints while
 * it runs, so the command asks the mock for a page of that name.
 */
async function commandRuns(live: LiveContext, thread: string, command: string) {
  live.decideAll("accept");
  const knock = `exec 3<>/dev/tcp/127.0.0.1/${live.mock.port}; printf 'GET /runs/%s HTTP/1.0\\r\\n\\r\\n' $$ >&3`;
  const turnId = await live.begin(thread, `run: ${knock}; ${command} ;; say: after the command`);
  const { path } = await live.mock.waitForRequest((request) => request.path.startsWith("/runs/"));
  return { turnId, pid: Number(path.slice("/runs/".length)) };
}

/** The turn is over, and the model was not asked again. */
function stopped({ turn, items }: Pick<LiveTurn, "turn" | "items">): void {
  assert.notEqual(turn.status, "failed", JSON.stringify(turn.error));
  assert.deepEqual(itemsOf(items, "agentMessage"), []);
}

/** What every agent that speaks ACP does, or does in a way of its own. */
export const own: readonly LiveScenario[] = [
  {
    id: "declined-stops",
    sentence:
      "An agent whose only no is one that stops: the declined command does not run, and its turn is over.",
    async run(live) {
      const thread = await live.start();
      const turn = await live.turn(thread, "run: touch made ;; say: never", { decide: "decline" });
      stopped(turn);
      assert.equal(itemOf(turn.items, "commandExecution").status, "declined");
      assert.equal(await live.made("made"), false);
      assert.equal(answerOf(await live.turn(thread, "nonce: next")), nonceOf("next"));
    },
  },
  {
    id: "file-declined-stops",
    sentence: "The same for a file: a declined change leaves it as it is, and the turn is over.",
    async run(live) {
      await live.write("base.txt", "mine\n");
      const thread = await live.start();
      const look = live.agent.readStep(live.path("base.txt"));
      const program = `${look} ;; edit: base.txt = mine => theirs ;; say: never`;
      const turn = await live.turn(thread, program, {
        decide: "decline",
      });
      stopped(turn);
      assert.equal(itemOf(turn.items, "fileChange").status, "declined");
      assert.equal(await live.read("base.txt"), "mine\n");
    },
  },
  {
    id: "approval-edits-only",
    sentence:
      "`never` with `workspace-write`: an edit in the folder runs unasked, a command is asked about.",
    async run(live) {
      const client = await live.connect("auto");
      const settings = { approvalPolicy: "never", sandbox: "workspace-write" } as const;
      const thread = await live.start(settings, client);
      const turn = await live.turn(thread, "write: w = x ;; run: curl -h > made ;; say: mixed", {
        client,
        decide: "decline",
      });
      assert.deepEqual(
        turn.asked.map(({ method }) => method),
        ["item/commandExecution/requestApproval"],
      );
      assert.ok(await live.made("w"));
      assert.equal(await live.made("made"), false);
    },
  },
  {
    id: "command-printed",
    sentence:
      "What a command prints reaches the client by its end, also where its exit code does not.",
    async run(live) {
      const program = "run: expr 40 + 2; echo oops >&2; touch made ;; say: finished";
      const turn = await live.turn(await live.start(), program, { decide: "accept" });
      completed(turn);
      const item = itemOf(turn.items, "commandExecution");
      assert.deepEqual([item.status, item.cwd], ["completed", live.folder]);
      assert.ok(item.exitCode === 0 || item.exitCode === null);
      assert.match(item.aggregatedOutput ?? "", /^42\noops\n?$/);
      assert.equal(answerOf(turn), "finished");
      assert.ok(await live.made("made"));
    },
  },
  {
    id: "command-stopped",
    sentence:
      "`session/cancel` while a command runs ends its process and the turn; the next turn works.",
    async run(live) {
      const thread = await live.start();
      const { turnId, pid } = await commandRuns(live, thread, "sleep 55; touch made");
      assert.ok(alive(pid));
      await live.client.request("turn/interrupt", { threadId: thread, turnId });
      assert.equal((await live.ended(thread, turnId)).status, "interrupted");
      // An agent may end it without waiting for its end.
      while (alive(pid)) await setImmediate();
      assert.equal(await live.made("made"), false);
      completed(await live.turn(thread, "say: next"));
    },
  },
  {
    id: "question-form",
    sentence:
      "`elicitation/create`: the model's question is a form for the user, whose answer it is told.",
    async run(live) {
      const asked: string[] = [];
      live.own(
        live.client.onServerRequest("mcpServer/elicitation/request", (request) => {
          asked.push("message" in request ? request.message : "");
          return { action: "accept", content: { question_0: "Blue" }, _meta: null };
        }),
      );
      const turn = await live.turn(await live.start(), "ask: Which colour? ;; say: thanks");
      completed(turn);
      assert.deepEqual(asked, ["Which colour?"]);
      assert.match(lastTold(live.mock), /Which colour\?[\\"]+=[\\"]+Blue/);
    },
  },
  {
    id: "plan-mode",
    sentence:
      "In plan mode no file is changed: the agent keeps from it, or Fairlead refuses what it asks.",
    async run(live) {
      const { otherModel: model } = live.agent;
      const settings = { model, reasoning_effort: null, developer_instructions: null };
      const { turn } = await live.turn(await live.start(), "write: made = x ;; say: only planned", {
        collaborationMode: { mode: "plan", settings },
      });
      assert.notEqual(turn.status, "failed", JSON.stringify(turn.error));
      assert.equal(await live.made("made"), false);
    },
  },
  {
    id: "instructions",
    sentence:
      "The client's instructions reach the model, with the prompt where there is no better place.",
    async run(live) {
      const thread = await live.start({ developerInstructions: "Answer in forty-two words." });
      completed(await live.turn(thread, "whatever you like"));
      assert.match(lastTold(live.mock), /Answer in forty-two words\./);
      assert.match(lastTold(live.mock), /whatever you like/);
    },
  },
  {
    id: "tokens",
    sentence: "`usage_update`, or the usage of an answer, is what the client is told of tokens.",
    async run(live) {
      completed(await live.turn(await live.start(), "tokens: 12345"));
      const { tokenUsage } = await live.client.waitFor("thread/tokenUsage/updated");
      const { inputTokens } = tokenUsage.last;
      // Some count the answer's with them.
      assert.ok(inputTokens >= 12_345 && inputTokens < 12_445, String(inputTokens));
    },
  },
  {
    id: "error-400-words",
    sentence:
      "A request the provider refuses fails the turn with the provider's words; the next one works.",
    async run(live) {
      const thread = await live.start();
      const turn = await live.turn(thread, "error: 400");
      assert.match(failureOf(turn).message, /mock: bad request/);
      assert.equal(answerOf(await live.turn(thread, "nonce: alive")), nonceOf("alive"));
    },
  },
  {
    id: "error-401-words",
    sentence: "A key the provider does not know fails the turn as a missing login.",
    async run(live) {
      const thread = await live.start();
      assert.equal(failureOf(await live.turn(thread, "error: 401")).codexErrorInfo, "unauthorized");
      assert.equal(answerOf(await live.turn(thread, "nonce: alive")), nonceOf("alive"));
    },
  },
  {
    id: "error-tried-again",
    sentence: "What the agent tries again by itself is one turn that completes.",
    async run(live) {
      const program = "error: 503 x1 ;; nonce: in time";
      const turn = await live.turn(await live.start(), program);
      completed(turn);
      assert.equal(answerOf(turn), nonceOf("in time"));
    },
  },
  {
    id: "tool-unknown",
    sentence: "A tool the agent does not offer is an error for the model; the turn goes on.",
    async run(live) {
      const program = `${call("nosuch", { path: live.path("made") })} ;; say: never mind`;
      const turn = await live.turn(await live.start(), program);
      completed(turn);
      assert.equal(answerOf(turn), "never mind");
      assert.match(lastTold(live.mock), /nosuch/);
    },
  },
  {
    id: "approval-own-rules",
    sentence:
      "What a project's settings of the agent allow is asked about all the same, whatever stands beside it.",
    async run(live) {
      const permission = { "*": "ask", bash: { "*": "allow" } };
      await live.write("opencode.json", JSON.stringify({ permission }));
      const turn = await live.turn(await live.start(), "run: touch made ;; say: never", {
        decide: "decline",
      });
      assert.deepEqual(
        turn.asked.map(({ method }) => method),
        ["item/commandExecution/requestApproval"],
      );
      assert.equal(await live.made("made"), false);
    },
  },
  {
    id: "sub-agent-off",
    sentence: "Sub-agents whose questions would reach nobody are not to be had; the turn goes on.",
    async run(live) {
      const asked = { description: "sub", prompt: "run: touch made", subagent_type: "general" };
      const turn = await live.turn(await live.start(), `${call("task", asked)} ;; say: alone`);
      completed(turn);
      assert.equal(answerOf(turn), "alone");
      assert.equal(await live.made("made"), false);
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
];
