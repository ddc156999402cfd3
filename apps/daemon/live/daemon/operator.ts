import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CodexClient } from "@fairlead/client";
import { stdioTransport } from "@fairlead/bridge-core/transport";
import { z } from "zod";
import { auditFileName } from "../../src/audit/audit-log.ts";
import { replies } from "../../src/devices/replies.ts";
import { logFileName } from "../../src/logging/print-logs.ts";
import { type Place, quietConfig } from "./place.ts";
import type { Running } from "./programs.ts";
import { type DaemonRow, endedWith } from "./row.ts";

/** Smallest log file there can be. */
const smallestLog = 4096;

/** The commands an operator has for a daemon that runs. */
export const operator: readonly DaemonRow[] = [
  {
    id: "devices",
    sentence:
      "`devices add` gives a token; `list` tells whether its device is there; `rename`, `role` and `revoke` hold at once for a device that is connected",
    async run(place) {
      await place.serve();
      const url = `${await place.webSocketUrl()}/agents/demo`;
      const added = await place.fairlead(["devices", "add", "Build", "--role", "view", "--json"]);
      const { token } = replies.added(JSON.parse(endedWith(added, 0).stdout));
      const connect = (): Promise<CodexClient> =>
        CodexClient.connect(url, { token, clientInfo: { name: "live", version: "0" } });
      const listed = async () =>
        replies
          .devices(JSON.parse((await place.fairlead(["devices", "list", "--json"])).stdout))
          .map(({ name, role, connected }) => ({ name, role, connected }));

      const viewer = await connect();
      assert.deepEqual(await listed(), [{ name: "Build", role: "view", connected: true }]);
      await viewer.request("thread/list", {});
      await assert.rejects(viewer.request("thread/start", { cwd: place.project }), /role/u);
      endedWith(await place.fairlead(["devices", "rename", "build", "Server"]), 0);
      endedWith(await place.fairlead(["devices", "role", "Server", "drive"]), 0);
      await viewer.closed;
      const driver = await connect();
      const { thread } = await driver.request("thread/start", { cwd: place.project });
      const { turn } = await driver.runTurn({ threadId: thread.id, input: "hello" });
      assert.equal(turn.status, "completed");
      assert.deepEqual(await listed(), [{ name: "Server", role: "drive", connected: true }]);
      assert.match((await place.fairlead(["devices", "list"])).stdout, /Server +drive +now/u);
      endedWith(await place.fairlead(["devices", "revoke", "Server"]), 0);
      await driver.closed;
      await assert.rejects(connect(), /401/u);
      assert.deepEqual(await listed(), []);
      const unknown = await place.fairlead(["devices", "revoke", "Server"]);
      assert.match(endedWith(unknown, 1).stderr, /Server/u);
    },
  },
  {
    id: "agents",
    sentence:
      "`agents list` and `doctor` tell of every agent, what keeps it from working and what to type; `agents restart` ends its processes, and its threads go on",
    async run(place) {
      const Agents = z.array(
        z.looseObject({ name: z.string(), available: z.boolean(), fix: z.string().nullable() }),
      );
      const names = async (): Promise<readonly string[]> => {
        const { stdout } = endedWith(await place.fairlead(["agents", "list", "--json"]), 0);
        return Agents.parse(JSON.parse(stdout)).map(({ name }) => name);
      };
      const without = await names();
      await place.serve();
      assert.deepEqual(await names(), without);
      assert.ok(without.includes("demo") && without.includes("claude"));
      const { stdout } = endedWith(await place.fairlead(["agents", "doctor"]), 0);
      assert.match(stdout, /demo/u);
      await using client = await place.client();
      const { thread } = await client.request("thread/start", { cwd: place.project });
      using _asked = client.onServerRequest("item/commandExecution/requestApproval", () => ({
        decision: "accept",
      }));
      const pidOf = async (file: string): Promise<number> => {
        await client.runTurn({ threadId: thread.id, input: `run: echo $PPID > ${file}` });
        return place.pidIn(file);
      };
      const first = await pidOf("first");
      assert.equal(await pidOf("same"), first);
      endedWith(await place.fairlead(["agents", "restart", "demo"]), 0);
      await place.ended(first);
      const { turn } = await client.runTurn({ threadId: thread.id, input: "hello" });
      assert.equal(turn.status, "completed");
      assert.match(
        endedWith(await place.fairlead(["agents", "restart", "nobody"]), 1).stderr,
        /unknown agent nobody/u,
      );
    },
  },
  {
    id: "probe",
    sentence:
      "`probe` prints every frame of a request up to the one it waits for; refused or late it ends with 1, without a daemon with 3",
    async run(place) {
      endedWith(await place.fairlead(["probe"]), 3);
      await place.serve();
      const input = [{ type: "text", text: "hello" }];
      const params = JSON.stringify({ threadId: "$threadId", input });
      const turn = ["probe", "turn/start", "--agent", "demo", "--thread", "--params", params];
      const until = ["--until", "turn/completed"];
      const { stdout, stderr } = endedWith(await place.fairlead([...turn, ...until]), 0);
      const frames = stdout.trimEnd().split("\n");
      for (const frame of frames) JSON.parse(frame.replace(/^← /u, ""));
      assert.match(frames.at(-1) ?? "", /"method":"turn\/completed".*"status":"completed"/u);
      assert.match(stderr, /^→ .*"method":"turn\/start"/mu);
      const missing = "00000000-0000-4000-8000-000000000000";
      const read = ["probe", "thread/read", "--params", JSON.stringify({ threadId: missing })];
      assert.match(endedWith(await place.fairlead(read), 1).stderr, new RegExp(missing, "u"));
      const late = ["probe", "thread/list", ...until, "--seconds", "0.3"];
      assert.match(endedWith(await place.fairlead(late), 1).stderr, /within 0\.3 seconds/u);
    },
  },
  {
    id: "chat",
    sentence:
      "`chat` on a terminal asks before a command runs, and a yes runs it; from a pipe it takes lines and ends with them",
    needsScreen: true,
    async run(place) {
      await place.serve();
      {
        await using screen = await place.screen(["chat", "demo"]);
        await screen.shows(/demo in .*\(Ctrl-C interrupts/u);
        await screen.type("run: touch made");
        await screen.shows(/\[y\]es/u);
        assert.equal(existsSync(join(place.project, "made")), false);
        await screen.press("y");
        await screen.press("Enter");
        await screen.shows(/\n>\s*$/u);
        assert.equal(existsSync(join(place.project, "made")), true);
      }
      const piped = place.start(["chat", "demo"]);
      piped.child.stdin.end("hello\n");
      await piped.until(/You said: hello/u);
      assert.equal(await piped.exit, 0, piped.stderr());
    },
  },
  {
    id: "stdio",
    sentence:
      "`stdio` and `app-server` are clients of the daemon that runs; without one `stdio` serves the agent itself, and nothing is left of it",
    async run(place) {
      const daemon = await place.serve();
      const turn = async (command: Running): Promise<void> => {
        const { stdout, stdin } = command.child;
        const transport = stdioTransport({ input: stdout, output: stdin });
        const clientInfo = { name: "live", version: "0" };
        const client = await CodexClient.connect(transport, { clientInfo });
        const { thread } = await client.request("thread/start", { cwd: place.project });
        const { turn: ended } = await client.runTurn({ threadId: thread.id, input: "hello" });
        assert.equal(ended.status, "completed");
        if (daemon.child.exitCode === null) {
          assert.equal((await place.status()).sessions.filter((one) => one.connected).length, 1);
        }
        await client.close();
        assert.equal(await command.exit, 0, command.stderr());
      };
      const env = { FAIRLEAD_AGENT: "demo" };
      await turn(place.start(["stdio", "demo"]));
      await turn(place.start(["app-server"], { env }));
      endedWith(await place.fairlead(["stop"]), 0);
      await daemon.exit;
      await turn(place.start(["stdio", "demo"]));
      assert.equal(await place.pid(), null);
    },
  },
  {
    id: "logs",
    sentence:
      "`logs -n` prints the last lines, `logs -f` each new one once, also over the end of a file; both without a daemon too",
    config: `${quietConfig}\n[log]\nmax_file_bytes = ${smallestLog}\n`,
    async run(place) {
      assert.match(endedWith(await place.fairlead(["logs"]), 1).stderr, /Nothing has been logged/u);
      const { child, exit } = await place.serve();
      const file = join(place.paths.logs, logFileName);
      const follower = place.start(["logs", "-f", "--json", "-n", "1000"]);
      const shown = (): readonly string[] => follower.stdout().split("\n").slice(0, -1);
      const logOne = async (): Promise<void> => {
        const before = shown().length;
        child.kill("SIGHUP");
        while (shown().length === before)
          await follower.until(new RegExp(`(.*\n){${before + 1}}`, "u"));
      };
      await logOne();
      const first = statSync(file).ino;
      while (statSync(file).ino === first) await logOne();
      await logOne();
      follower.child.kill("SIGINT");
      assert.equal(await follower.exit, 0);
      child.kill("SIGTERM");
      await exit;
      const all = endedWith(await place.fairlead(["logs", "--json", "-n", "1000"]), 0).stdout;
      assert.deepEqual(all.split("\n").slice(0, shown().length), shown());
      const last = endedWith(await place.fairlead(["logs", "-n", "2"]), 0).stdout;
      assert.equal(last.trimEnd().split("\n").length, 2);
    },
  },
  {
    id: "audit",
    sentence:
      "`audit` tells who answered what, `-f` goes on with it, and `--verify` finds that a line was changed",
    async run(place) {
      assert.match(endedWith(await place.fairlead(["audit"]), 1).stderr, /Nothing has been/u);
      await place.serve();
      const follower = place.start(["audit", "-f"]);
      await using client = await place.client();
      using _asked = client.onServerRequest("item/commandExecution/requestApproval", () => ({
        decision: "accept",
      }));
      const { thread } = await client.request("thread/start", { cwd: place.project });
      await client.runTurn({ threadId: thread.id, input: "run: true" });
      await follower.until(/answered.*decision=accept/u);
      await follower.until(new RegExp(`turn ended.*${thread.id}.*status=completed`, "u"));
      follower.child.kill("SIGINT");
      assert.equal(await follower.exit, 0);
      const { stdout } = endedWith(await place.fairlead(["audit", "--json", "-n", "3"]), 0);
      assert.equal(stdout.trimEnd().split("\n").length, 3);
      for (const line of stdout.trimEnd().split("\n")) JSON.parse(line);
      assert.match(endedWith(await place.fairlead(["audit", "--verify"]), 0).stdout, /unbroken/u);
      endedWith(await place.fairlead(["stop"]), 0);
      const changed = tamper(place);
      const found = endedWith(await place.fairlead(["audit", "--verify"]), 1);
      assert.match(
        found.stderr,
        new RegExp(`audit\\.jsonl:${changed + 1}: what stood before this line was changed`, "u"),
      );
    },
  },
];

/** Makes a yes a no. The number of the line. */
function tamper({ paths }: Place): number {
  const file = join(paths.logs, auditFileName);
  const lines = readFileSync(file, "utf8").split("\n");
  const at = lines.findIndex((line) => line.includes('"decision":"accept"'));
  assert.ok(at >= 0);
  lines[at] = lines[at]?.replace('"decision":"accept"', '"decision":"decline"') ?? "";
  writeFileSync(file, lines.join("\n"));
  return at + 1;
}
