import { tmpdir } from "node:os";
import process from "node:process";
import { stage } from "./adversity.ts";
import { SessionClient, turnParams } from "./session-client.ts";

/** A server in a process of its own, to be killed in the middle of a turn. Says where it is. */
const here = stage({ dataDir: process.argv[2] ?? null });
const client = await SessionClient.begin(here.server);
const threadId = await client.startThread(tmpdir());
await client.request("turn/start", turnParams(threadId, "go"));
const agent = await here.agents.next();
await agent.prompts.next();
agent.emit(
  { op: "open", key: "m", item: { type: "message" } },
  { op: "text", key: "m", delta: "said before the end" },
  { op: "close", key: "m" },
  { op: "open", key: "c", item: { type: "command", command: "touch x", cwd: null } },
  { op: "ask", id: "a", ask: { kind: "command", key: "c", reason: null, scope: null } },
);
const { id } = await client.heard("item/commandExecution/requestApproval");
// Behind what the store writes: answered from it.
await client.request("thread/list", {});
await client.request("thread/turns/list", { threadId });
process.stdout.write(`${JSON.stringify({ threadId, question: id, cursor: client.cursor })}\n`);
setInterval(() => {}, 1000);
