import assert from "node:assert/strict";
import type { CodexClient } from "@fairlead/client";
import { call } from "../agent/steps.ts";
import { itemIds, listed } from "../agent/reading.ts";
import type { LiveContext } from "../context.ts";
import { answerOf, completed, echoOf, failureOf, itemOf } from "../expect.ts";
import type { LiveScenario } from "../scenario.ts";
import { usersServer, type UsersServer } from "./native-server.ts";

/** A sub-agent, as a step of the mock's program. */
function task(prompt: string): string {
  return call("task", { description: "mock task", subagent_type: "general", prompt });
}

/** What the user says to their own server, about the folder's only session. */
async function says(server: UsersServer, text: string): Promise<void> {
  const [session = ""] = await server.sessions();
  const status = await server.post(`/session/${session}/prompt_async`, {
    parts: [{ type: "text", text }],
  });
  assert.equal(status, 204);
}

/** A daemon of a scenario's own: one has few servers at a time, and the shared one has its own already. */
async function ownClient(live: LiveContext): Promise<CodexClient> {
  return live.connect(live.own(await live.stage.startDaemon(`${live.folder}-data`)));
}

/** A thread that Fairlead has in a server of the user's own. */
async function threadOfTheirs(live: LiveContext) {
  const server = await usersServer(live);
  live.environment(server.environment);
  const client = await ownClient(live);
  const thread = await live.start({}, client);
  completed(await live.turn(thread, "say: from here", { client }));
  return { server, client, thread };
}

/** The shared server, the user's own, and sub-agents with their sessions. */
export const servers: readonly LiveScenario[] = [
  {
    id: "server-killed",
    sentence:
      "The server killed while two threads have turns fails both; both carry on in a new one.",
    async run(live) {
      const client = await ownClient(live);
      const [one, two] = [await live.start({}, client), await live.start({}, client)];
      completed(await live.turn(one, "say: before", { client }));
      const holding = await live.begin(one, "hold ;; say: never", { client });
      await client.waitFor("item/agentMessage/delta", ({ turnId }) => turnId === holding);
      const killing = await live.turn(two, "run: touch made; kill -9 $PPID ;; say: never", {
        client,
        decide: "accept",
      });
      assert.match(failureOf(killing).message, /SIGKILL/);
      const cut = await live.ended(one, holding, client);
      assert.match(failureOf({ turn: cut }).message, /SIGKILL/);
      assert.ok(await live.made("made"));
      live.mock.release();
      const { userTexts } = echoOf(await live.turn(one, "echo", { client }));
      assert.equal(userTexts[0], "say: before");
      completed(await live.turn(two, "say: alive", { client }));
    },
  },
  {
    id: "server-of-the-user",
    sentence:
      "`FAIRLEAD_OPENCODE_URL`: threads live in the user's own server, and it outlives them.",
    async run(live) {
      const { server, client, thread } = await threadOfTheirs(live);
      assert.equal((await server.sessions()).length, 1);
      const program = "run: touch made ;; say: there";
      const turn = await live.turn(thread, program, { client, decide: "decline" });
      completed(turn);
      assert.equal(turn.asked.length, 1);
      assert.equal(await live.made("made"), false);
    },
  },
  {
    id: "foreign-turn",
    sentence: "What the user says in OpenCode's own terminal shows up here as a turn, live.",
    async run(live) {
      const { server, client, thread } = await threadOfTheirs(live);
      const from = client.position;
      await says(server, "think: from the terminal");
      const { turn } = await client.waitFor(
        "turn/completed",
        ({ threadId }) => threadId === thread,
        { from },
      );
      completed({ turn });
      const { data } = await client.request("thread/items/list", {
        threadId: thread,
        turnId: turn.id,
      });
      const items = data.map(({ item }) => item);
      assert.match(JSON.stringify(itemOf(items, "userMessage")), /think: from the terminal/);
      assert.equal(answerOf({ items }), "from the terminal");
      const { userTexts } = echoOf(await live.turn(thread, "echo", { client }));
      assert.deepEqual(userTexts, ["say: from here", "think: from the terminal", "echo"]);
    },
  },
  {
    id: "foreign-approval",
    sentence: "A command that the user's own terminal started is asked about here as well.",
    async run(live) {
      const { server, client, thread } = await threadOfTheirs(live);
      const asked = live.decideAll("decline", client);
      const from = client.position;
      await says(server, "run: touch made ;; say: refused");
      await client.waitFor("turn/completed", ({ threadId }) => threadId === thread, { from });
      assert.equal(asked.length, 1);
      assert.equal(await live.made("made"), false);
    },
  },
  {
    id: "subagent",
    sentence: "A task is a thread of its own; what it wants to run is asked about, on that thread.",
    async run(live) {
      const asked = live.decideAll("accept");
      const thread = await live.start();
      const program = `${task("run: touch made")} ;; say: parent done`;
      const turnId = await live.begin(thread, program);
      completed({ turn: await live.ended(thread, turnId) });
      const { data } = await live.client.request("thread/items/list", { threadId: thread });
      const items = data.map(({ item }) => item);
      assert.equal(answerOf({ items }), "parent done");
      const [child = ""] = itemOf(items, "collabAgentToolCall").receiverThreadIds;
      const [approval] = asked;
      assert.equal(approval?.params.threadId, child);
      assert.ok(await live.made("made"));
      const read = await live.client.request("thread/read", {
        threadId: child,
        includeTurns: true,
      });
      assert.equal(read.thread.parentThreadId, thread);
      const own = read.thread.turns.flatMap((turn) => turn.items);
      assert.match(answerOf({ items: own }), /^done: run: touch made/);
    },
  },
  {
    id: "subagent-declined",
    sentence: "A sub-agent's command that is declined does not run; both threads end.",
    async run(live) {
      const asked = live.decideAll("decline");
      const thread = await live.start();
      const turnId = await live.begin(thread, `${task("run: touch made")} ;; say: over`);
      completed({ turn: await live.ended(thread, turnId) });
      assert.equal(asked.length, 1);
      assert.equal(await live.made("made"), false);
    },
  },
  {
    id: "subagent-after-restart",
    sentence:
      "After a restart of the daemon a sub-agent's thread reads the same, and is not listed.",
    async run(live) {
      const data = `${live.folder}-data`;
      const before = await live.stage.startDaemon(data);
      const first = await live.connect(before);
      const thread = await live.start({}, first);
      const program = `${task("say: child done")} ;; say: parent done`;
      const { items } = await live.turn(thread, program, { client: first });
      const [child = ""] = itemOf(items, "collabAgentToolCall").receiverThreadIds;
      const ids = await itemIds(first, child);
      assert.ok(ids.length >= 2);
      await first.close();
      await before[Symbol.asyncDispose]();
      const second = await live.connect(live.own(await live.stage.startDaemon(data)));
      assert.deepEqual(await itemIds(second, child), ids);
      assert.deepEqual(
        (await listed(live, second)).map(({ id }) => id),
        [thread],
      );
    },
  },
];
