import assert from "node:assert/strict";
import { call } from "../agent/steps.ts";
import { answerOf, completed, echoOf, itemOf, itemsOf, lastTold } from "../expect.ts";
import type { LiveScenario } from "../scenario.ts";
import { mutedHermes } from "./muted-hermes.ts";

/** What only Hermes does, or does in a way of its own. */
export const own: readonly LiveScenario[] = [
  {
    id: "question-answered",
    sentence:
      "`clarify.request` is put to the user with its choices; the answer goes to the model.",
    async run(live) {
      const asked = live.answerQuestions(({ options }) => options?.[1]?.label ?? "");
      const turn = await live.turn(await live.start(), "ask: Which colour? ;; say: thanks");
      completed(turn);
      assert.deepEqual(
        asked.map(({ question, options }) => [question, options?.map(({ label }) => label)]),
        [["Which colour?", ["Red", "Blue"]]],
      );
      assert.match(lastTold(live.mock), /user_response[\\"]+: ?[\\"]+Blue/);
    },
  },
  {
    id: "command-dangerous",
    sentence:
      "What Hermes itself would ask about is asked once: a yes is its `once`, a no leaves all as it is.",
    async run(live) {
      await live.write("kept", "x");
      const thread = await live.start();
      const program = `run: rm -rf ${live.path("kept")} ;; say: tried`;
      const declined = await live.turn(thread, program, { decide: "decline" });
      completed(declined);
      assert.equal(declined.asked.length, 1);
      assert.ok(await live.made("kept"));
      const accepted = await live.turn(thread, program, { decide: "accept" });
      completed(accepted);
      assert.equal(accepted.asked.length, 1);
      assert.equal(await live.made("kept"), false);
    },
  },
  {
    id: "code-declined",
    sentence: "`execute_code` is shown with its code and asked about; declined, it does not run.",
    async run(live) {
      const code = `open("made", "w").write("x")`;
      const program = `${call("execute_code", { code })} ;; say: not run`;
      const turn = await live.turn(await live.start(), program, { decide: "decline" });
      completed(turn);
      assert.equal(turn.asked.length, 1);
      const [action] = itemOf(turn.items, "commandExecution").commandActions;
      assert.match(action?.command ?? "", /open\(.made/);
      assert.equal(await live.made("made"), false);
    },
  },
  {
    id: "code-inner-call",
    sentence:
      "A tool that allowed code of the model's calls is asked about by itself; declined, it has no effect.",
    async run(live) {
      const code = `from hermes_tools import terminal\nprint(terminal("touch inner"))`;
      const program = `${call("execute_code", { code })} ;; say: run`;
      const turn = await live.turn(await live.start(), program, {
        decide: ({ params }) =>
          JSON.stringify(params).includes("hermes_tools") ? "accept" : "decline",
      });
      completed(turn);
      assert.equal(turn.asked.length, 2);
      assert.equal(await live.made("inner"), false);
    },
  },
  {
    id: "file-deleted",
    sentence: "`*** Delete File` of a patch is a deletion; the file is gone after the yes.",
    async run(live) {
      await live.write("base.txt", "one\ntwo\n");
      const turn = await live.turn(await live.start(), "rm: base.txt ;; say: gone", {
        decide: "accept",
      });
      completed(turn);
      const [change] = itemOf(turn.items, "fileChange").changes;
      assert.deepEqual(change?.kind, { type: "delete" });
      assert.equal(await live.made("base.txt"), false);
    },
  },
  {
    id: "subagent-asks",
    sentence:
      "A call of a sub-agent's (`delegate_task`) is asked about too; declined, it does not run.",
    async run(live) {
      const asked = live.decideAll("decline");
      const thread = await live.start();
      const turnId = await live.begin(thread, "task: run: touch made ;; say: delegated");
      assert.equal((await live.ended(thread, turnId)).status, "completed");
      assert.equal(asked.length, 1);
      // It is a thread of its own.
      assert.notEqual(asked[0]?.params.threadId, thread);
      assert.equal(await live.made("made"), false);
    },
  },
  {
    id: "subagent-background",
    sentence:
      "A sub-agent in the background asks behind the turn that started it; allowed, its call runs and is shown.",
    async run(live) {
      const thread = await live.start();
      let allow: () => void = () => {};
      const allowed = new Promise<void>((resolve) => (allow = resolve));
      let ask: () => void = () => {};
      const asked = new Promise<void>((resolve) => (ask = resolve));
      const command = "item/commandExecution/requestApproval";
      live.own(
        live.client.onServerRequest(command, async () => {
          ask();
          await allowed;
          return { decision: "accept" };
        }),
      );
      const goal = "run: touch made";
      const program = `${call("delegate_task", { goal, background: true })} ;; say: going on`;
      const turnId = await live.begin(thread, program);
      assert.equal((await live.ended(thread, turnId)).status, "completed");
      await asked;
      assert.equal(await live.made("made"), false);
      const from = live.client.position;
      allow();
      // What became of it is a turn of its own.
      await live.client.waitFor("turn/completed", ({ threadId }) => threadId === thread, { from });
      assert.ok(await live.made("made"));
    },
  },
  {
    id: "hook-without-reason",
    sentence:
      "A call that a plugin of the user's blocks without a reason, which Hermes does not heed, is asked about.",
    async run(live) {
      live.environment(await mutedHermes(live));
      const program = "run: touch made ;; say: tried";
      const turn = await live.turn(await live.start(), program, { decide: "decline" });
      completed(turn);
      assert.equal(turn.asked.length, 1);
      assert.equal(await live.made("made"), false);
    },
  },
  {
    id: "compact",
    sentence:
      "`session.compress`: the model has a summary of all but the newest turns, which Hermes keeps.",
    async run(live) {
      const thread = await live.start();
      for (const chapter of ["one", "two", "three", "four"]) {
        completed(await live.turn(thread, `say: ${`chapter ${chapter} `.repeat(20)}`));
      }
      const from = live.client.position;
      await live.client.request("thread/compact/start", { threadId: thread });
      const { turn } = await live.client.waitFor("turn/completed", () => true, { from });
      completed({ turn });
      const { data } = await live.client.request("thread/items/list", {
        threadId: thread,
        turnId: turn.id,
      });
      assert.deepEqual(
        data.map(({ item }) => item.type),
        ["contextCompaction"],
      );
      const { userTexts } = echoOf(await live.turn(thread, "echo"));
      assert.ok(!userTexts.some((said) => said.startsWith("say: chapter one")), userTexts.join());
      assert.match(lastTold(live.mock), /\[CONTEXT COMPACTION/);
    },
  },
  {
    id: "tool-unknown",
    sentence: "A tool Hermes does not offer is an error for the model; the turn goes on.",
    async run(live) {
      const program = `${call("nosuch", { path: live.path("made") })} ;; say: never mind`;
      const turn = await live.turn(await live.start(), program);
      completed(turn);
      assert.equal(answerOf(turn), "never mind");
      assert.deepEqual(itemsOf(turn.items, "commandExecution"), []);
    },
  },
];
