import assert from "node:assert/strict";
import { answerOf, completed, echoOf, itemOf, lastRequest } from "../expect.ts";
import type { LiveScenario } from "../scenario.ts";
import { call, wrap } from "./tools.ts";

/** What a thread and a turn may set. */
export const settings: readonly LiveScenario[] = [
  {
    id: "models",
    sentence: "Models, names and efforts come from the control protocol, none are built in.",
    async run(live) {
      const { data } = await live.client.request("model/list", {});
      const ids = data.map(({ id }) => id);
      assert.ok(ids.includes("sonnet") && ids.includes("default"), ids.join());
      assert.ok(data.some((model) => model.supportedReasoningEfforts.length > 1));
      assert.equal(data.filter(({ isDefault }) => isDefault).length, 1);
    },
  },
  {
    id: "model-switch",
    sentence: "`set_model` takes an alias in the middle of a conversation.",
    async run(live) {
      const thread = await live.start();
      const before = echoOf(await live.turn(thread, "echo")).model;
      const after = echoOf(await live.turn(thread, "echo", { model: "haiku" })).model;
      assert.notEqual(before, after);
      assert.match(after, /haiku/);
      assert.match(echoOf(await live.turn(thread, "echo")).model, /haiku/);
    },
  },
  {
    id: "effort-switch",
    sentence: "`apply_flag_settings {effortLevel}` changes the effort of what follows.",
    async run(live) {
      const thread = await live.start();
      const low = echoOf(await live.turn(thread, "echo", { effort: "low" }));
      const high = echoOf(await live.turn(thread, "echo", { effort: "high" }));
      assert.deepEqual([low.effort, high.effort], ["low", "high"]);
    },
  },
  {
    id: "policy-switch",
    sentence:
      "`set_permission_mode` in the middle: the next turn is free, the one after asks again.",
    async run(live) {
      const client = await live.connect("auto");
      const thread = await live.start({}, client);
      const free = {
        approvalPolicy: "never",
        sandboxPolicy: { type: "dangerFullAccess" },
      } as const;
      const second = await live.turn(thread, "run: touch free ;; say: a", { client, ...free });
      assert.deepEqual(second.asked, []);
      assert.ok(await live.made("free"));
      const asking = { client, approvalPolicy: "on-request", decide: "decline" } as const;
      const third = await live.turn(thread, "run: touch asked ;; say: b", asking);
      assert.equal(third.asked.length, 1);
      assert.equal(await live.made("asked"), false);
    },
  },
  {
    id: "developer-instructions",
    sentence:
      "`appendSystemPrompt` of `initialize` carries the client's instructions to the model.",
    async run(live) {
      const thread = await live.start({ developerInstructions: "Answer in forty-two words." });
      completed(await live.turn(thread, "say: instructed"));
      assert.match(lastRequest(live.mock, "say: instructed"), /Answer in forty-two words\./);
    },
  },
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
  {
    id: "token-usage",
    sentence: "`usage` counts a request; `modelUsage` tells the context window.",
    async run(live) {
      const turn = await live.turn(await live.start(), "tokens: 12345");
      completed(turn);
      const { tokenUsage } = await live.client.waitFor("thread/tokenUsage/updated");
      assert.equal(tokenUsage.last.inputTokens, 12345);
      const windows = turn.events.flatMap((event) =>
        event.method === "thread/tokenUsage/updated"
          ? [event.params.tokenUsage.modelContextWindow]
          : [],
      );
      assert.ok((windows.at(-1) ?? 0) >= 200_000, String(windows));
    },
  },
  {
    id: "token-usage-sum",
    sentence: "`total` is cumulative over the session, `last` is one request.",
    async run(live) {
      const thread = await live.start();
      completed(await live.turn(thread, "tokens: 5000"));
      const turn = await live.turn(thread, "tokens: 7000");
      completed(turn);
      const usages = turn.events.flatMap((event) =>
        event.method === "thread/tokenUsage/updated" ? [event.params.tokenUsage] : [],
      );
      const { last, total } = usages.at(-1) ?? assert.fail("no usage was told");
      assert.deepEqual([last.inputTokens, total.inputTokens], [7000, 12_000]);
    },
  },
  {
    id: "default-folder",
    sentence: "A thread without a folder works in the operator's, never in `/`.",
    async run(live) {
      const { cwd } = (await live.client.request("thread/start", {})).thread;
      live.stage.extend(cwd, { ANTHROPIC_BASE_URL: live.mock.url });
      assert.ok(cwd.startsWith(live.stage.root));
      const thread = await live.start({ cwd: null });
      const turn = await live.turn(thread, "run: pwd ;; say: here");
      assert.equal(itemOf(turn.items, "commandExecution").aggregatedOutput?.trim(), cwd);
    },
  },
  {
    id: "two-folders",
    sentence: "One process per thread: two threads in two folders run at once, each in its own.",
    async run(live) {
      const other = await live.stage.project();
      live.stage.extend(other, { ANTHROPIC_BASE_URL: live.mock.url });
      const [here, there] = await Promise.all([live.start(), live.start({ cwd: other })]);
      // Each command ends only after the other one has begun.
      const meet = (mine: string, theirs: string) =>
        `run: pwd; touch ${mine}/met; until [ -e ${theirs}/met ]; do sleep 0.1; done ;; say: met`;
      const turns = await Promise.all([
        live.turn(here, meet(live.folder, other), { decide: "accept" }),
        live.turn(there, meet(other, live.folder), { decide: "accept" }),
      ]);
      const outputs = turns.map(({ items }) => itemOf(items, "commandExecution").aggregatedOutput);
      assert.deepEqual(
        outputs.map((text) => text?.trim()),
        [live.folder, other],
      );
    },
  },
  {
    id: "title-thread",
    sentence: "A hidden title thread starts no Claude and asks no model.",
    async run(live) {
      await wrap(live, `touch "${live.path("started")}"; exit 1`);
      const thread = await live.start({ ephemeral: true, threadSource: "thread_title" });
      const turn = await live.turn(thread, "User prompt:\nMake the tests green");
      completed(turn);
      assert.match(answerOf(turn), /Make the tests green/);
      assert.equal(await live.made("started"), false);
      assert.deepEqual(live.mock.requests, []);
    },
  },
];
