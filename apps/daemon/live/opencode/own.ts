import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { nonceOf } from "@fairlead/testkit";
import { call } from "../agent/steps.ts";
import type { LiveContext } from "../context.ts";
import { answerOf, completed, echoOf, itemOf, itemsOf, lastTold } from "../expect.ts";
import type { LiveScenario } from "../scenario.ts";

/** Calls a tool for reading, which may miss its `rg` here; resolves with the command it shows as. */
async function reading(live: LiveContext, tool: string, input: Readonly<Record<string, unknown>>) {
  await live.write("base.txt", "forty-two\n");
  const turn = await live.turn(await live.start(), `${call(tool, input)} ;; say: seen`);
  completed(turn);
  const item = itemOf(turn.items, "commandExecution");
  return item.commandActions[0]?.type;
}

/** Tools and commands that only OpenCode has. */
export const own: readonly LiveScenario[] = [
  {
    id: "tool-grep",
    sentence: "`grep` runs unasked and shows as a search.",
    async run(live) {
      assert.equal(await reading(live, "grep", { pattern: "forty" }), "search");
    },
  },
  {
    id: "tool-glob",
    sentence: "`glob` runs unasked and shows as a listing or a search for files.",
    async run(live) {
      assert.match(
        (await reading(live, "glob", { pattern: "*.txt" })) ?? "",
        /^(?:listFiles|search)$/,
      );
    },
  },
  {
    id: "tool-unknown",
    sentence: "`tool: invalid`: a tool nobody offers is an error for the model; the turn goes on.",
    async run(live) {
      const turn = await live.turn(
        await live.start(),
        `${call("nosuch", { a: 1 })} ;; say: never mind`,
      );
      completed(turn);
      assert.equal(answerOf(turn), "never mind");
      assert.equal(itemsOf(turn.items, "dynamicToolCall").length, 1);
    },
  },
  {
    id: "question-unanswered",
    sentence:
      "A question without an answer is rejected: the turn ends and the thread takes the next.",
    async run(live) {
      live.answerQuestions(() => "");
      const thread = await live.start();
      const turn = await live.turn(thread, "ask: Which colour? ;; say: guessing");
      assert.notEqual(turn.turn.status, "failed");
      assert.doesNotMatch(lastTold(live.mock), /[\\"]+=[\\"]+Blue/);
      completed(await live.turn(thread, "say: next"));
    },
  },
  {
    id: "output-schema",
    sentence:
      "`format: json_schema`: the StructuredOutput tool's input is the answer, for that turn only.",
    async run(live) {
      const thread = await live.start();
      const properties = { answer: { type: "number" } };
      const outputSchema = { type: "object", properties, required: ["answer"] };
      const program = call("StructuredOutput", { answer: 42 });
      const turn = await live.turn(thread, program, { outputSchema });
      completed(turn);
      assert.deepEqual(JSON.parse(answerOf(turn)), { answer: 42 });
      assert.ok(!echoOf(await live.turn(thread, "echo")).tools.includes("StructuredOutput"));
    },
  },
  {
    id: "commands",
    sentence: "Commands of the project are listed; one is run by its name, its words put in.",
    async run(live) {
      await mkdir(live.path(".opencode/command"), { recursive: true });
      await live.write(".opencode/command/wave.md", "nonce: waved $ARGUMENTS");
      const thread = await live.start();
      const { data } = await live.client.request("skills/list", { cwds: [live.folder] });
      const names = data.flatMap(({ skills }) => skills.map(({ name }) => name));
      assert.ok(names.includes("wave"), names.join());
      const turn = await live.turn(thread, "/wave twice");
      completed(turn);
      assert.equal(answerOf(turn), nonceOf("waved twice"));
    },
  },
  {
    id: "compact-auto",
    sentence: "A context that is nearly full is compacted in front of the next answer.",
    async run(live) {
      const thread = await live.start();
      completed(await live.turn(thread, `say: ${"a story ".repeat(60)}`));
      const full = await live.turn(thread, "tokens: 199000");
      const turn = await live.turn(thread, "say: goes on");
      completed(turn);
      const compactions = itemsOf([...full.items, ...turn.items], "contextCompaction");
      assert.equal(compactions.length, 1);
      assert.match(lastTold(live.mock), /Mock summary/);
    },
  },
];
