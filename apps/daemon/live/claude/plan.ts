import assert from "node:assert/strict";
import { answerOf, completed, itemOf } from "../expect.ts";
import type { LiveScenario } from "../scenario.ts";
import { questions } from "../agent/questions.ts";
import { rowsOf } from "../agent/rows-of.ts";
import { call } from "../agent/steps.ts";
import { planMode } from "./tools.ts";
import { plansOf } from "../agent/reading.ts";

const todoTools = { CLAUDE_CODE_ENABLE_TODO_TOOLS: "1", ENABLE_TOOL_SEARCH: "false" };
const exitPlan = call("ExitPlanMode", { plan: "# The plan\n1. touch made" });

/** To-do lists and plan mode. */
export const plan: readonly LiveScenario[] = [
  {
    id: "plan-todo-write",
    sentence: "With `CLAUDE_CODE_ENABLE_TASKS=0` the list is TodoWrite's (`newTodos`).",
    async run(live) {
      live.environment({ ...todoTools, CLAUDE_CODE_ENABLE_TASKS: "0" });
      const turn = await live.turn(await live.start(), "plan: read, write ;; echo");
      completed(turn);
      assert.deepEqual(plansOf(turn), [["inProgress read", "pending write"]]);
      assert.match(answerOf(turn), /"TodoWrite"/);
    },
  },
  {
    id: "plan-tasks",
    sentence:
      "With `CLAUDE_CODE_ENABLE_TODO_TOOLS=1` it is TaskCreate and TaskUpdate, task by task.",
    async run(live) {
      live.environment(todoTools);
      const program = [
        "plan: read, write",
        call("TaskUpdate", { taskId: "1", status: "in_progress" }),
        call("TaskUpdate", { taskId: "1", status: "completed" }),
        "echo",
      ].join(" ;; ");
      const turn = await live.turn(await live.start(), program);
      completed(turn);
      assert.deepEqual(plansOf(turn), [
        ["pending read"],
        ["pending read", "pending write"],
        ["inProgress read", "pending write"],
        ["completed read", "pending write"],
      ]);
      assert.match(answerOf(turn), /"TaskUpdate"/);
    },
  },
  {
    id: "plan-mode-approved",
    sentence: "ExitPlanMode requires the user; allowed, the mode is default and the work starts.",
    async run(live) {
      const thread = await live.start();
      const asked = live.answerQuestions(async ({ options }) => {
        assert.equal(await live.made("made"), false);
        return options?.[0]?.label ?? "";
      });
      const program = `${exitPlan} ;; run: touch made ;; say: executed`;
      const turn = await live.turn(thread, program, { ...planMode, decide: "accept" });
      completed(turn);
      assert.equal(asked.length, 1);
      assert.match(itemOf(turn.items, "plan").text, /touch made/);
      assert.equal(turn.asked.length, 1);
      assert.ok(await live.made("made"));
      const { threadSettings } = await live.client.waitFor("thread/settings/updated");
      assert.equal(threadSettings.collaborationMode?.mode, "default");
    },
  },
  {
    id: "plan-mode-refused",
    sentence: "ExitPlanMode denied: plan mode goes on with what the user said, nothing is written.",
    async run(live) {
      const thread = await live.start();
      live.answerQuestions(() => "make it shorter");
      const program = `${exitPlan} ;; say: replanned`;
      const turn = await live.turn(thread, program, planMode);
      completed(turn);
      assert.equal(answerOf(turn), "replanned");
      const told = JSON.stringify(live.mock.requests.at(-1)?.body);
      assert.match(told, /make it shorter/);
      assert.equal(await live.made("made"), false);
    },
  },
  {
    id: "plan-mode-effects",
    sentence: "In plan mode a command with an effect is denied without a question.",
    async run(live) {
      const thread = await live.start();
      const turn = await live.turn(thread, "run: touch made ;; say: only planned", planMode);
      completed(turn);
      assert.deepEqual(turn.asked, []);
      assert.notEqual(itemOf(turn.items, "commandExecution").status, "completed");
      assert.equal(await live.made("made"), false);
    },
  },
  {
    id: "plan-mode-entered",
    sentence: "The model may enter plan mode itself (EnterPlanMode); the client is told.",
    async run(live) {
      const thread = await live.start();
      const program = `${call("EnterPlanMode", {})} ;; run: touch made ;; say: planning`;
      const turn = await live.turn(thread, program, { decide: "accept" });
      completed(turn);
      const { threadSettings } = await live.client.waitFor("thread/settings/updated");
      assert.equal(threadSettings.collaborationMode?.mode, "plan");
      assert.equal(await live.made("made"), false);
    },
  },
  ...rowsOf(questions, {
    "question-answered": "AskUserQuestion is allowed with `updatedInput.answers{question: label}`.",
  }),
  {
    id: "question-unanswered",
    sentence: "AskUserQuestion without an answer is denied and the turn goes on.",
    async run(live) {
      live.answerQuestions(() => "");
      const turn = await live.turn(await live.start(), "ask: Which colour? ;; say: guessing");
      completed(turn);
      assert.equal(answerOf(turn), "guessing");
      assert.doesNotMatch(JSON.stringify(live.mock.requests.at(-1)?.body), /[\\"]+=[\\"]+Blue/);
    },
  },
];
