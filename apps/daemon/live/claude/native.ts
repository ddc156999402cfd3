import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { native as shared } from "../agent/native.ts";
import { listed } from "../agent/reading.ts";
import { rowsOf } from "../agent/rows-of.ts";
import type { LiveContext } from "../context.ts";
import { completed, echoOf, itemOf } from "../expect.ts";
import type { LiveScenario } from "../scenario.ts";
import { foreground } from "./tools.ts";

/** A Claude of the user's own that has a session open until the scenario ends. */
async function openElsewhere(live: LiveContext, session: string): Promise<void> {
  const streams = ["--input-format", "stream-json", "--output-format", "stream-json", "--verbose"];
  const child = spawn(live.agent.command, ["-p", ...streams, "--session-id", session], {
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
  ...rowsOf(shared, {
    "native-read":
      "`projects/<cwd>/<sessionId>.jsonl` of the user's own terminal is listed and read, ids stable.",
    "native-resume": "Such a session goes on here: the model knows what was said in the terminal.",
    "native-goes-on":
      "A session that went on in the terminal shows its new turns here, the old ids kept.",
    "native-resume-ours":
      "`--session-id U` is the thread's id: Claude's own CLI resumes a thread made here.",
    "native-unknown": "A session nobody has: `--resume` is not even tried.",
  }),
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
      await live.write("base.txt", "forty-two\n");
      await live.type(`${foreground("run: cat base.txt")} ;; say: over`);
      const [{ id: session } = { id: "" }] = await listed(live);
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
];
