import assert from "node:assert/strict";
import { answerOf, completed, itemOf, itemsOf } from "../expect.ts";
import type { LiveScenario } from "../scenario.ts";
import { call } from "../agent/steps.ts";
import { foreground } from "./tools.ts";
import { itemIds } from "../agent/reading.ts";

/** Sub-agents: threads of their own. */
export const subagents: readonly LiveScenario[] = [
  {
    id: "subagent-foreground",
    sentence: "With `run_in_background: false` the sub-agent works inside the parent's turn.",
    async run(live) {
      const asked = live.decideAll("accept");
      const thread = await live.start();
      const program = `${foreground("run: echo from-sub; touch made")} ;; say: parent finished`;
      const turnId = await live.begin(thread, program);
      const { turn } = await live.client.waitFor(
        "turn/completed",
        ({ turn: { id } }) => id === turnId,
      );
      completed({ turn });
      const [approval] = asked;
      assert.ok(approval, "the sub-agent did not ask");
      assert.notEqual(approval.params.threadId, thread);
      const { data } = await live.client.request("thread/items/list", { threadId: thread });
      const spawned = itemOf(
        data.map(({ item }) => item),
        "collabAgentToolCall",
      );
      assert.deepEqual(spawned.receiverThreadIds, [approval.params.threadId]);
      assert.ok(await live.made("made"));
    },
  },
  {
    id: "subagent-thread",
    sentence:
      "Child frames carry `parent_tool_use_id`: its text and commands are its own thread's.",
    async run(live) {
      live.decideAll("accept");
      const thread = await live.start();
      const program = `${foreground("run: echo from-sub > made; cat made")} ;; say: over`;
      const turn = await live.turn(thread, program);
      completed(turn);
      assert.equal(answerOf(turn), "over");
      assert.equal(itemsOf(turn.items, "commandExecution").length, 0);
      const [child = ""] = itemOf(turn.items, "collabAgentToolCall").receiverThreadIds;
      const read = await live.client.request("thread/read", {
        threadId: child,
        includeTurns: true,
      });
      assert.equal(read.thread.parentThreadId, thread);
      const [own, ...more] = read.thread.turns;
      assert.equal(more.length, 0);
      assert.equal(own?.status, "completed");
      const items = own?.items ?? [];
      assert.equal(itemOf(items, "commandExecution").aggregatedOutput?.trim(), "from-sub");
      assert.match(itemOf(items, "agentMessage").text, /^done: run: echo from-sub/);
      assert.equal(await live.read("made"), "from-sub\n");
    },
  },
  {
    id: "subagent-after-restart",
    sentence: "A sub-agent has a record of its own: after a restart its thread reads the same.",
    async run(live) {
      const data = `${live.folder}-data`;
      const before = await live.stage.startDaemon(data);
      const first = await live.connect(before);
      live.decideAll("accept", first);
      const thread = await live.start({}, first);
      const program = `${foreground("run: touch made")} ;; say: over`;
      const { items } = await live.turn(thread, program, { client: first });
      const [child = ""] = itemOf(items, "collabAgentToolCall").receiverThreadIds;
      const ids = await itemIds(first, child);
      assert.ok(ids.length >= 3);
      await first.close();
      await before[Symbol.asyncDispose]();
      const second = await live.connect(live.own(await live.stage.startDaemon(data)));
      assert.deepEqual(await itemIds(second, child), ids);
      const { data: parent } = await second.request("thread/items/list", { threadId: thread });
      const spawned = itemOf(
        parent.map(({ item }) => item),
        "collabAgentToolCall",
      );
      assert.deepEqual(spawned.receiverThreadIds, [child]);
      assert.ok(await live.made("made"));
    },
  },
  {
    id: "subagent-declined",
    sentence: "A sub-agent's `can_use_tool` carries its `agent_id`: declined there, both go on.",
    async run(live) {
      const asked = live.decideAll("decline");
      const thread = await live.start();
      const turn = await live.turn(thread, `${foreground("run: touch made")} ;; say: anyway`);
      completed(turn);
      assert.equal(asked.length, 1);
      assert.notEqual(asked[0]?.params.threadId, thread);
      assert.equal(answerOf(turn), "anyway");
      assert.equal(await live.made("made"), false);
    },
  },
  {
    id: "subagent-background",
    sentence:
      "By default it works in the background: the parent's result first, later a spontaneous turn.",
    async run(live) {
      live.decideAll("accept");
      const thread = await live.start();
      const first = await live.turn(thread, "task: run: touch made ;; say: parent finished");
      completed(first);
      assert.equal(answerOf(first), "parent finished");
      const { turn } = await live.client.waitFor(
        "turn/completed",
        ({ threadId, turn: { id } }) => threadId === thread && id !== first.turn.id,
      );
      completed({ turn });
      assert.ok(await live.made("made"));
      assert.match(JSON.stringify(live.mock.requests.at(-1)?.body), /task-notification/);
    },
  },
  {
    id: "command-background",
    sentence: "A background command's `task_notification` starts a turn nobody asked for.",
    async run(live) {
      const thread = await live.start();
      const input = { command: "sleep 1; touch made", description: "x", run_in_background: true };
      const first = await live.turn(thread, `${call("Bash", input)} ;; say: meanwhile`, {
        decide: "accept",
      });
      completed(first);
      assert.equal(itemOf(first.items, "commandExecution").exitCode, null);
      assert.equal(answerOf(first), "meanwhile");
      const { turn } = await live.client.waitFor(
        "turn/completed",
        ({ threadId, turn: { id } }) => threadId === thread && id !== first.turn.id,
      );
      completed({ turn });
      assert.ok(await live.made("made"));
    },
  },
];
