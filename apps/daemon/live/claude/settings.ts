import assert from "node:assert/strict";
import { settings as shared } from "../agent/settings.ts";
import { rowsOf } from "../agent/rows-of.ts";
import { answerOf, completed, echoOf } from "../expect.ts";
import type { LiveScenario } from "../scenario.ts";
import { call } from "../agent/steps.ts";

/** What a thread and a turn may set. */
export const settings: readonly LiveScenario[] = [
  ...rowsOf(shared, {
    models: "Models, names and efforts come from the control protocol, none are built in.",
    "model-switch": "`set_model` takes an alias in the middle of a conversation.",
    "effort-switch": "`apply_flag_settings {effortLevel}` changes the effort of what follows.",
    "policy-switch":
      "`set_permission_mode` in the middle: the next turn is free, the one after asks again.",
    "developer-instructions":
      "`appendSystemPrompt` of `initialize` carries the client's instructions to the model.",
    "token-usage": "`usage` counts a request; `modelUsage` tells the context window.",
    "token-usage-sum": "`total` is cumulative over the session, `last` is one request.",
    "default-folder": "A thread without a folder works in the operator's, never in `/`.",
    "two-folders":
      "One process per thread: two threads in two folders run at once, each in its own.",
    "title-thread": "A hidden title thread starts no Claude and asks no model.",
  }),
  {
    id: "output-schema",
    sentence:
      "`jsonSchema`: the StructuredOutput tool's input is the answer, and only for that turn.",
    async run(live) {
      const thread = await live.start();
      const properties = { answer: { type: "number" } };
      const outputSchema = { type: "object", properties, required: ["answer"] };
      const program = call("StructuredOutput", { answer: 42 });
      const turn = await live.turn(thread, program, { outputSchema });
      completed(turn);
      assert.deepEqual(JSON.parse(answerOf(turn)), { answer: 42 });
      const plain = echoOf(await live.turn(thread, "echo"));
      assert.ok(!plain.tools.includes("StructuredOutput"));
      assert.deepEqual(plain.userTexts, [program, "echo"]);
    },
  },
];
