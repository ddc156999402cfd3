import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { LiveContext } from "../context.ts";
import { answerOf, completed, echoOf, itemsOf } from "../expect.ts";
import type { LiveScenario } from "../scenario.ts";
import { itemIds, listed } from "./reading.ts";

/** The project folder's one thread. */
async function onlyThread(live: LiveContext) {
  const [thread, ...more] = await listed(live);
  assert.ok(thread, "the folder has no thread");
  assert.equal(more.length, 0);
  return thread;
}

/** Sessions of the user's own terminal, and ours in it. */
export const native = [
  {
    id: "native-read",
    sentence: "A session of the user's own terminal is listed and read, ids stable.",
    async run(live) {
      const program = "run: cat base.txt ;; say: from the terminal";
      await live.write("base.txt", "forty-two\n");
      assert.equal(await live.type(program), "from the terminal");
      const { id: threadId, preview } = await onlyThread(live);
      assert.equal(preview, live.agent.previewOf(program));
      const ids = await itemIds(live.client, threadId);
      assert.deepEqual(await itemIds(live.client, threadId), ids);
      const fresh = live.own(await live.stage.startDaemon(`${live.folder}-data`));
      const other = await live.connect(fresh);
      await other.request("thread/list", { cwd: live.folder });
      assert.deepEqual(await itemIds(other, threadId), ids);
      const { data } = await live.client.request("thread/items/list", { threadId });
      const items = data.map(({ item }) => item);
      const types = items.map(({ type }) => type);
      assert.deepEqual(types, ["userMessage", "commandExecution", "agentMessage"]);
      assert.equal(answerOf({ items }), "from the terminal");
      const [command] = itemsOf(items, "commandExecution");
      assert.equal(command?.aggregatedOutput?.trim(), "forty-two");
    },
  },
  {
    id: "native-resume",
    sentence:
      "A session of the user's own terminal goes on here: the model knows what was said there.",
    async run(live) {
      await live.type("say: from the terminal");
      const { id: threadId } = await onlyThread(live);
      await live.client.request("thread/resume", { threadId });
      const { userTexts } = echoOf(await live.turn(threadId, "echo"));
      assert.deepEqual(userTexts, ["say: from the terminal", "echo"]);
      assert.equal((await itemIds(live.client, threadId)).length, 4);
    },
  },
  {
    id: "native-goes-on",
    sentence: "A session that went on in the terminal shows its new turns here, the old ids kept.",
    async run(live) {
      const data = `${live.folder}-data`;
      const before = await live.stage.startDaemon(data);
      const first = await live.connect(before);
      const thread = await live.start({}, first);
      completed(await live.turn(thread, "say: here", { client: first }));
      const ids = await itemIds(first, thread);
      await first.close();
      await before[Symbol.asyncDispose]();
      await live.type("say: there", thread);
      const second = await live.connect(live.own(await live.stage.startDaemon(data)));
      const after = await itemIds(second, thread);
      assert.deepEqual(after.slice(0, ids.length), ids);
      assert.equal(after.length, ids.length + 2);
      await second.request("thread/resume", { threadId: thread });
      const { userTexts } = echoOf(await live.turn(thread, "echo", { client: second }));
      assert.deepEqual(userTexts, ["say: here", "say: there", "echo"]);
    },
  },
  {
    id: "native-resume-ours",
    sentence: "The agent's own program resumes a thread made here.",
    async run(live) {
      const data = `${live.folder}-data`;
      const daemon = await live.stage.startDaemon(data);
      const client = await live.connect(daemon);
      const thread = await live.start({}, client);
      completed(await live.turn(thread, "say: made here", { client }));
      await client.close();
      await daemon[Symbol.asyncDispose]();
      const said = await live.type("echo", thread);
      assert.match(said, /"userTexts":\["say: made here","echo"\]/);
    },
  },
  {
    id: "native-unknown",
    sentence: "A session nobody has is refused in codex's words.",
    async run(live) {
      const threadId = randomUUID();
      await assert.rejects(
        live.client.request("thread/resume", { threadId }),
        new RegExp(`no rollout found for thread id ${threadId}`),
      );
      assert.deepEqual(await listed(live), []);
    },
  },
] as const satisfies readonly LiveScenario[];
