import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { nonceOf } from "@fairlead/testkit";
import { alive } from "../agent/program.ts";
import { itemIds, listed, saidIn } from "../agent/reading.ts";
import { call } from "../agent/steps.ts";
import type { LiveContext, LiveTurn } from "../context.ts";
import { answerOf, completed, echoOf, failureOf, itemOf, itemsOf, lastTold } from "../expect.ts";
import type { LiveScenario } from "../scenario.ts";
import { spawnDaemon } from "../spawn-daemon.ts";

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
    id: "killed-inside",
    sentence:
      "The agent's own agent killed in a turn fails it in the agent's words; the next turn carries on.",
    async run(live) {
      const thread = await live.start();
      completed(await live.turn(thread, "say: before"));
      const turn = await live.turn(thread, "run: touch made; kill -9 $PPID ;; say: never", {
        decide: "accept",
      });
      assert.match(failureOf(turn).message, /exited unexpectedly|SIGKILL/);
      assert.ok(await live.made("made"));
      const { userTexts } = echoOf(await live.turn(thread, "echo"));
      assert.equal(userTexts[0], "say: before");
    },
  },
  {
    id: "killed-anew",
    sentence:
      "An agent killed in a turn whose sessions cannot be loaded is told what was said before.",
    async run(live) {
      const thread = await live.start();
      completed(await live.turn(thread, "say: before"));
      const turn = await live.turn(thread, "run: touch made; kill -9 $PPID ;; say: never", {
        decide: "accept",
      });
      assert.match(failureOf(turn).message, /SIGKILL/);
      assert.ok(await live.made("made"));
      completed(await live.turn(thread, "and now?"));
      assert.match(lastTold(live.mock), /say: before[\s\S]*and now\?/);
    },
  },
  {
    id: "resume-anew",
    sentence:
      "After a restart of the daemon the ids are the same, and an agent that cannot load its session is told the history.",
    async run(live) {
      const data = `${live.folder}-data`;
      const before = await live.stage.startDaemon(data);
      const first = await live.connect(before);
      const thread = await live.start({}, first);
      const program = "run: touch made ;; say: remembered";
      completed(await live.turn(thread, program, { client: first, decide: "accept" }));
      const ids = await itemIds(first, thread);
      await first.close();
      await before[Symbol.asyncDispose]();
      const second = await live.connect(live.own(await live.stage.startDaemon(data)));
      assert.deepEqual(await itemIds(second, thread), ids);
      await second.request("thread/resume", { threadId: thread });
      completed(await live.turn(thread, "and now?", { client: second }));
      assert.match(lastTold(live.mock), /run: touch made ;; say: remembered[\s\S]*and now\?/);
    },
  },
  {
    id: "daemon-killed-anew",
    sentence:
      "A daemon killed in a turn takes the agent with it; a session that was not kept is told to the agent anew.",
    async run(live) {
      const data = `${live.folder}-data`;
      const daemon = await spawnDaemon(live, data);
      const first = await live.connect(daemon);
      const thread = await live.start({}, first);
      live.decideAll("accept", first);
      await live.begin(thread, "run: echo $PPID > pid ;; hold", { client: first });
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
      completed(await live.turn(thread, "and now?", { client: second }));
      assert.match(lastTold(live.mock), /run: echo \$PPID > pid ;; hold[\s\S]*and now\?/);
    },
  },
  {
    id: "session-listed",
    sentence:
      "`session/list`, `session/load`: another daemon lists a session, reads it with ids that stay, and goes on.",
    async run(live) {
      await live.enter(live.stage.home);
      const before = await live.stage.startDaemon(`${live.folder}-data`);
      const first = await live.connect(before);
      const made = await live.start({}, first);
      completed(
        await live.turn(made, "run: touch made ;; say: made there", {
          client: first,
          decide: "accept",
        }),
      );
      await first.close();
      await before[Symbol.asyncDispose]();
      const other = live.own(await live.stage.startDaemon(`${live.folder}-other`));
      const client = await live.connect(other);
      const [thread, ...more] = await listed(live, client);
      assert.ok(thread, "the session is not listed");
      assert.equal(more.length, 0);
      const ids = await itemIds(client, thread.id);
      assert.deepEqual(await itemIds(client, thread.id), ids);
      const { data } = await client.request("thread/items/list", { threadId: thread.id });
      const items = data.map(({ item }) => item);
      assert.equal(answerOf({ items }), "made there");
      itemOf(items, "commandExecution");
      await client.request("thread/resume", { threadId: thread.id });
      const { userTexts } = echoOf(await live.turn(thread.id, "echo", { client }));
      assert.deepEqual(userTexts, ["run: touch made ;; say: made there", "echo"]);
    },
  },
];
