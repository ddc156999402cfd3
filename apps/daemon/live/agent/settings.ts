import assert from "node:assert/strict";
import { answerOf, completed, echoOf, itemOf, lastRequest } from "../expect.ts";
import type { LiveScenario } from "../scenario.ts";
import { wrap } from "./program.ts";

/** What a thread and a turn may set. */
export const settings = [
  {
    id: "models",
    sentence: "Models and their efforts come from the agent; one is the default.",
    async run(live) {
      const { data } = await live.client.request("model/list", { limit: 200 });
      const ids = data.map(({ id }) => id);
      assert.ok(ids.includes(live.agent.otherModel), ids.join());
      assert.ok(data.some((model) => model.supportedReasoningEfforts.length > 1));
      assert.equal(data.filter(({ isDefault }) => isDefault).length, 1);
    },
  },
  {
    id: "model-switch",
    sentence: "The model changes in the middle of a conversation and stays changed.",
    async run(live) {
      const { otherModel: model } = live.agent;
      const thread = await live.start();
      const before = echoOf(await live.turn(thread, "echo")).model;
      const after = echoOf(await live.turn(thread, "echo", { model })).model;
      assert.notEqual(before, after);
      assert.ok(model.includes(after) || after.includes(model), after);
      assert.equal(echoOf(await live.turn(thread, "echo")).model, after);
    },
  },
  {
    id: "effort-switch",
    sentence: "The effort of a turn reaches the model.",
    async run(live) {
      const thread = await live.start();
      const low = echoOf(await live.turn(thread, "echo", { effort: "low" }));
      const high = echoOf(await live.turn(thread, "echo", { effort: "high" }));
      assert.deepEqual([low.effort, high.effort], ["low", "high"]);
    },
  },
  {
    id: "policy-switch",
    sentence: "The policy changes in the middle: the next turn is free, the one after asks again.",
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
    sentence: "The client's instructions reach the model.",
    async run(live) {
      const thread = await live.start({ developerInstructions: "Answer in forty-two words." });
      completed(await live.turn(thread, "say: instructed"));
      assert.match(lastRequest(live.mock, "say: instructed"), /Answer in forty-two words\./);
    },
  },
  {
    id: "token-usage",
    sentence: "The tokens of a request and the context window reach the client.",
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
      const cwd = live.stage.home;
      await live.enter(cwd);
      const thread = await live.start({ cwd: null });
      const turn = await live.turn(thread, "run: pwd ;; say: here", { decide: "accept" });
      assert.equal(itemOf(turn.items, "commandExecution").aggregatedOutput?.trim(), cwd);
    },
  },
  {
    id: "two-folders",
    sentence: "Two threads in two folders run at once, each in its own.",
    async run(live) {
      const other = await live.stage.project();
      await live.enter(other);
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
    sentence: "A hidden title thread starts no agent and asks no model.",
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
] as const satisfies readonly LiveScenario[];
