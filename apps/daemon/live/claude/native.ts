import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import type { LiveContext } from "../context.ts";
import { answerOf, completed, echoOf, itemOf, itemsOf } from "../expect.ts";
import type { LiveScenario } from "../scenario.ts";
import { foreground, itemIds } from "./tools.ts";

const run = promisify(execFile);

/** What `claude -p` prints in the project folder, as the user would run it there. */
async function ownCli(live: LiveContext, ...args: readonly string[]): Promise<string> {
  const { command } = live.stage;
  const running = run(command, ["-p", ...args], {
    cwd: live.folder,
    env: live.stage.environment(live.folder),
  });
  running.child.stdin?.end();
  return (await running).stdout.trim();
}

/** The threads of the project folder. */
async function listed(live: LiveContext) {
  return (await live.client.request("thread/list", { cwd: live.folder })).data;
}

/** A Claude of the user's own that has a session open until the scenario ends. */
async function openElsewhere(live: LiveContext, session: string): Promise<void> {
  const streams = ["--input-format", "stream-json", "--output-format", "stream-json", "--verbose"];
  const child = spawn(live.stage.command, ["-p", ...streams, "--session-id", session], {
    cwd: live.folder,
    env: live.stage.environment(live.folder),
    stdio: ["pipe", "pipe", "ignore"],
  });
  const closed = once(child, "close");
  live.own({
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await closed;
    },
  });
  const message = { role: "user", content: "say: mine" };
  child.stdin.write(`${JSON.stringify({ type: "user", message })}\n`);
  for await (const line of createInterface(child.stdout)) {
    if (line.includes('"type":"result"')) return;
  }
  throw new Error("the user's own Claude ended");
}

/** The text of a session's file. */
function sessionFile(live: LiveContext, session: string): Promise<string> {
  return readFile(sessionPath(live, session), "utf8");
}

function sessionPath(live: LiveContext, session: string): string {
  const config = live.stage.environment(null)["CLAUDE_CONFIG_DIR"] ?? "";
  const project = live.folder.replaceAll(/[^A-Za-z0-9]/g, "-");
  return join(config, "projects", project, `${session}.jsonl`);
}

/** Sessions of the user's own terminal, and ours in it. */
export const native: readonly LiveScenario[] = [
  {
    id: "native-read",
    sentence:
      "`projects/<cwd>/<sessionId>.jsonl` of the user's own terminal is listed and read, ids stable.",
    async run(live) {
      const session = randomUUID();
      const program = "run: cat base.txt ;; say: from the terminal";
      await live.write("base.txt", "forty-two\n");
      assert.equal(await ownCli(live, "--session-id", session, program), "from the terminal");
      const [thread, ...more] = await listed(live);
      assert.equal(more.length, 0);
      assert.deepEqual([thread?.id, thread?.preview], [session, program]);
      const ids = await itemIds(live.client, session);
      assert.deepEqual(await itemIds(live.client, session), ids);
      const fresh = live.own(await live.stage.startDaemon(`${live.folder}-data`));
      const other = await live.connect(fresh);
      await other.request("thread/list", { cwd: live.folder });
      assert.deepEqual(await itemIds(other, session), ids);
      const { data } = await live.client.request("thread/items/list", { threadId: session });
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
    sentence: "Such a session goes on here: the model knows what was said in the terminal.",
    async run(live) {
      const session = randomUUID();
      await ownCli(live, "--session-id", session, "say: from the terminal");
      await live.client.request("thread/resume", { threadId: session });
      const { userTexts } = echoOf(await live.turn(session, "echo"));
      assert.deepEqual(userTexts, ["say: from the terminal", "echo"]);
      assert.equal((await itemIds(live.client, session)).length, 4);
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
      await ownCli(live, "--resume", thread, "say: there");
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
    sentence: "`--session-id U` is the thread's id: Claude's own CLI resumes a thread made here.",
    async run(live) {
      const data = `${live.folder}-data`;
      const daemon = await live.stage.startDaemon(data);
      const client = await live.connect(daemon);
      const thread = await live.start({}, client);
      completed(await live.turn(thread, "say: made here", { client }));
      await client.close();
      await daemon[Symbol.asyncDispose]();
      const said = await ownCli(live, "--resume", thread, "echo");
      assert.match(said, /"userTexts":\["say: made here","echo"\]/);
    },
  },
  {
    id: "native-busy",
    sentence:
      "`sessions/<pid>.json` of a live process: that session is not written to, only forked.",
    async run(live) {
      const session = randomUUID();
      await openElsewhere(live, session);
      assert.deepEqual(
        (await listed(live)).map(({ id }) => id),
        [session],
      );
      await assert.rejects(
        live.client.request("thread/resume", { threadId: session }),
        /open in another/,
      );
      const { thread } = await live.client.request("thread/fork", { threadId: session });
      const { userTexts } = echoOf(await live.turn(thread.id, "echo"));
      assert.deepEqual(userTexts, ["say: mine", "echo"]);
      assert.doesNotMatch(await sessionFile(live, session), /"echo"/);
    },
  },
  {
    id: "native-rename",
    sentence:
      "`rename_session` gives the session a `custom-title` that the terminal shows as well.",
    async run(live) {
      const thread = await live.start();
      completed(await live.turn(thread, "say: nameless"));
      const name = "Forty two";
      await live.client.request("thread/name/set", { threadId: thread, name });
      const { threadName } = await live.client.waitFor("thread/name/updated");
      assert.equal(threadName, name);
      assert.match(await sessionFile(live, thread), /"custom-?[tT]itle":"Forty two"/);
    },
  },
  {
    id: "native-subagent",
    sentence:
      "`<sessionId>/subagents/agent-<id>.jsonl` is the thread of a past session's sub-agent.",
    async run(live) {
      const session = randomUUID();
      await live.write("base.txt", "forty-two\n");
      const prompt = "run: cat base.txt";
      await ownCli(live, "--session-id", session, `${foreground(prompt)} ;; say: over`);
      const { data } = await live.client.request("thread/items/list", { threadId: session });
      const spawned = itemOf(
        data.map(({ item }) => item),
        "collabAgentToolCall",
      );
      const [child = ""] = spawned.receiverThreadIds;
      const { thread } = await live.client.request("thread/read", {
        threadId: child,
        includeTurns: true,
      });
      assert.equal(thread.parentThreadId, session);
      const items = thread.turns.flatMap((turn) => turn.items);
      assert.equal(itemOf(items, "commandExecution").aggregatedOutput?.trim(), "forty-two");
      assert.match(itemOf(items, "agentMessage").text, /^done: run: cat/);
    },
  },
  {
    id: "native-unknown",
    sentence: "A session nobody has: `--resume` is not even tried.",
    async run(live) {
      const threadId = randomUUID();
      await assert.rejects(
        live.client.request("thread/resume", { threadId }),
        new RegExp(`no rollout found for thread id ${threadId}`),
      );
      assert.deepEqual(await listed(live), []);
    },
  },
];
