import assert from "node:assert/strict";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { nonceOf } from "@fairlead/testkit";
import { call } from "../agent/steps.ts";
import type { LiveContext } from "../context.ts";
import { answerOf, completed, echoOf, itemOf, itemsOf, lastTold } from "../expect.ts";
import type { LiveScenario } from "../scenario.ts";

/** Calls a tool that only looks; resolves with what it shows as. */
async function looking(live: LiveContext, tool: string, input: Readonly<Record<string, unknown>>) {
  await live.write("base.txt", "forty-two\n");
  const turn = await live.turn(await live.start(), `${call(tool, input)} ;; say: seen`);
  completed(turn);
  assert.match(lastTold(live.mock), /base\.txt/);
  return itemOf(turn.items, "commandExecution").commandActions[0]?.type;
}

/** Tools, commands and settings that only Droid has. */
export const own: readonly LiveScenario[] = [
  {
    id: "tool-grep",
    sentence: "`Grep` runs unasked and shows as a search.",
    async run(live) {
      assert.equal(await looking(live, "Grep", { pattern: "forty" }), "search");
    },
  },
  {
    id: "tool-glob",
    sentence: "`Glob` runs unasked and shows as a listing or a search for files.",
    async run(live) {
      const shown = await looking(live, "Glob", { patterns: ["*.txt"] });
      assert.match(shown ?? "", /^(?:listFiles|search)$/);
    },
  },
  {
    id: "tool-ls",
    sentence: "`LS` of the folder runs unasked and shows as a listing.",
    async run(live) {
      const shown = await looking(live, "LS", { directory_path: live.folder });
      assert.equal(shown, "listFiles");
    },
  },
  {
    id: "tool-unknown",
    sentence: "A tool Droid does not have is an error for the model; the turn goes on.",
    async run(live) {
      const program = `${call("nosuch", { path: live.path("made") })} ;; say: never mind`;
      const turn = await live.turn(await live.start(), program, { decide: "decline" });
      completed(turn);
      assert.equal(answerOf(turn), "never mind");
      const item = itemOf(turn.items, "dynamicToolCall");
      assert.equal(item.tool, "nosuch");
      assert.notEqual(item.status, "completed");
    },
  },
  {
    id: "output-schema",
    sentence: "`outputFormat`: the answer to a turn follows the client's schema.",
    async run(live) {
      const thread = await live.start();
      const properties = { answer: { type: "number" } };
      const outputSchema = { type: "object", properties, required: ["answer"] };
      const turn = await live.turn(thread, 'say: {"answer":42}', { outputSchema });
      completed(turn);
      assert.deepEqual(JSON.parse(answerOf(turn)), { answer: 42 });
    },
  },
  {
    id: "commands",
    sentence: "Commands of the project are listed; one is run by its name, its words put in.",
    async run(live) {
      await mkdir(live.path(".factory/commands"), { recursive: true });
      await live.write(
        ".factory/commands/wave.md",
        "---\ndescription: Waves\n---\nnonce: waved $ARGUMENTS",
      );
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
    sentence: "A context that is nearly full is compacted, and the conversation goes on.",
    async run(live) {
      const thread = await live.start();
      completed(await live.turn(thread, "say: a story"));
      const full = await live.turn(thread, "tokens: 260000");
      const turn = await live.turn(thread, "say: goes on");
      completed(turn);
      const compactions = itemsOf([...full.items, ...turn.items], "contextCompaction");
      assert.equal(compactions.length, 1);
      assert.match(lastTold(live.mock), /Mock summary/);
    },
  },
  {
    id: "settings-untouched",
    sentence: "A model and an effort chosen here are this thread's alone: `settings.json` stays.",
    async run(live) {
      const file = join(live.stage.home, ".factory", "settings.json");
      const before = await readFile(file, "utf8");
      const { otherModel: model } = live.agent;
      const turn = await live.turn(await live.start(), "echo", { model, effort: "high" });
      assert.deepEqual([echoOf(turn).model, echoOf(turn).effort], ["mock-other", "high"]);
      const fresh = echoOf(await live.turn(await live.start(), "echo"));
      assert.equal(fresh.model, "mock-model");
      assert.equal(await readFile(file, "utf8"), before);
    },
  },
  {
    id: "todo-reminder",
    sentence: "What Droid reminds its model of is no message of the user's.",
    async run(live) {
      const thread = await live.start();
      completed(await live.turn(thread, "plan: read, write ;; say: planned"));
      completed(await live.turn(thread, "say: and then"));
      const { data } = await live.client.request("thread/items/list", { threadId: thread });
      const items = data.map(({ item }) => item);
      assert.equal(itemsOf(items, "userMessage").length, 2);
    },
  },
  {
    id: "task-offline",
    sentence: "A sub-agent that Factory's daemon cannot start fails as its item; the turn goes on.",
    async run(live) {
      const turn = await live.turn(await live.start(), "task: say: sub ;; say: alone", {
        decide: "accept",
      });
      completed(turn);
      assert.equal(answerOf(turn), "alone");
      assert.match(lastTold(live.mock), /[Cc]ould not reach the daemon/);
    },
  },
];
