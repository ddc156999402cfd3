import { randomUUID } from "node:crypto";
import process from "node:process";
import { setImmediate as tick } from "node:timers/promises";
import { createBridgeHost, ProcessGroups } from "../../src/index.ts";
import { stage } from "./adversity.ts";

/**
 * A program with an agent, a command on pipes, one on a terminal and one of the user: each holds the
 * lifeline open, says so in it, and would leave a file behind. Says what its watchdog is.
 */
const [lifeline = "", folder = "", kill] = process.argv.slice(2);
const groups = new ProcessGroups();
const environment = async (): Promise<Record<string, string>> => ({
  PATH: process.env["PATH"] ?? "/usr/bin:/bin",
  LIFELINE: lifeline,
});
const work = (name: string): string =>
  `exec 3>"$LIFELINE"; echo "ready ${name}" >&3; sleep 20; touch "${folder}/${name}"`;

const detached = `
  require("node:child_process").spawn("sh", ["-c", ${JSON.stringify(work("detached"))}], { detached: true, stdio: "ignore" }).unref();
`;
const host = createBridgeHost({ environment, log: () => {}, groups });
host.spawn({ file: "sh", args: ["-c", work("agent")], cwd: folder });
host.spawn({ file: "node", args: ["-e", detached], cwd: folder });

const here = stage({ environment, groups });
const client = await here.client();
for (const tty of [true, false]) {
  const command = ["sh", "-c", work(tty ? "terminal" : "pipes")];
  void client.raw("command/exec", { command, tty, processId: randomUUID() });
}
const threadId = await client.startThread(folder);
await client.request("thread/shellCommand", { threadId, command: work("user") });

while (groups.watchdogPid === null) await tick();
if (kill === "kill-watchdog") {
  const first = groups.watchdogPid;
  process.kill(first, "SIGKILL");
  while (groups.watchdogPid === first || groups.watchdogPid === null) await tick();
}
process.stdout.write(`${groups.watchdogPid}\n`);
setInterval(() => {}, 1000);
