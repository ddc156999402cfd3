import { execFile } from "node:child_process";
import { realpath } from "node:fs/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { OperatorPolicy } from "@fairlead/bridge-core";
import { ProcessGroups } from "@fairlead/bridge-core/process";
import { withoutTerminals } from "../../src/agents/without-terminals.ts";
import type { AgentEntry } from "../../src/agents/agent-entry.ts";
import type { Role } from "../../src/devices/principal.ts";
import { defaultAgentOf } from "../../src/serve/default-agent.ts";
import { shellEntry } from "../../src/shell/shell-entry.ts";
import { type Frame, frameOf, Phone } from "./phone.ts";
import { ScriptedAgent } from "./scripted-agent.ts";
import { stage, type Stage } from "./stage.ts";

const size = { cols: 77, rows: 11 };
let groups: ProcessGroups;
let shell: AgentEntry & AsyncDisposable;
let claude: ScriptedAgent;
let here: Stage;
let sandbox: OperatorPolicy["sandbox"];
let roots: readonly string[] | null;

beforeEach(() => {
  sandbox = "workspace-write";
  roots = null;
  groups = new ProcessGroups({ watchdog: false });
  shell = shellEntry({
    environment: async () => ({
      PATH: process.env["PATH"] ?? "/usr/bin:/bin",
      SHELL: "/bin/sh",
      PS1: "ready> ",
    }),
    groups: async () => groups,
    bin: null,
    env: { ADDED: "by the operator" },
    defaultCwd: null,
    policy: {
      get sandbox() {
        return sandbox;
      },
      get roots() {
        return roots;
      },
    },
    log: () => {},
  });
  claude = new ScriptedAgent("claude");
  claude.models = ["opus"];
  here = stage([claude, shell], { ringBytes: 1024 * 1024 });
});
afterEach(async () => {
  await here[Symbol.asyncDispose]();
  groups[Symbol.dispose]();
});

/** A terminal as litter opens one: a stream of its own, no cursor, ids from 1. */
class Terminal {
  readonly phone: Phone;
  readonly id: string;

  constructor(phone: Phone, id: string) {
    this.phone = phone;
    this.id = id;
  }

  static async open(params: Frame = { size }, name: string | null = "phone"): Promise<Terminal> {
    const phone = new Phone(here.gateway, { endpoint: "terminal", ...(name !== null && { name }) });
    const attached = phone.connect()?.attached ?? null;
    if (attached !== (name === null ? null : "fresh")) throw new Error(`attached: ${attached}`);
    phone.sendFrame({ id: 1, method: "initialize", params: {} });
    await phone.answerTo(1);
    const { session_id: id } = await phone.answerTo(phone.send("shell/spawn", params, 2));
    return new Terminal(phone, String(id));
  }

  get printed(): string {
    const all = this.phone.all("shell/output");
    const own = all.filter(({ params }) => frameOf(params)["session_id"] === this.id);
    return own.map(textOf).join("");
  }

  send(method: string, params: Frame): Promise<Frame> {
    return this.phone.request(method, { session_id: this.id, ...params });
  }

  type(text: string): Promise<Frame> {
    return this.send("shell/input", { data_b64: Buffer.from(text).toString("base64") });
  }

  /** All it printed, once that holds the text. */
  async prints(text: string): Promise<string> {
    while (!this.printed.includes(text)) await this.phone.heard("shell/output");
    return this.printed;
  }

  async exit(): Promise<unknown> {
    const { params } = await this.phone.frames.find(
      (one) => one["method"] === "shell/exit" && frameOf(one["params"])["session_id"] === this.id,
    );
    return frameOf(params)["code"];
  }
}

/** False also for one that nobody has buried yet. */
function isAlive(pid: number): Promise<boolean> {
  return new Promise((resolve) => {
    execFile("ps", ["-o", "stat=", "-p", String(pid)], (_, stdout) =>
      resolve(/^[^Z\s]/u.test(stdout)),
    );
  });
}

function textOf({ params }: Frame): string {
  return Buffer.from(String(frameOf(params)["data_b64"]), "base64").toString();
}

test("litter quirk 8: terminals of a device are streams beside each other, each fresh, each its own", async () => {
  const one = await Terminal.open();
  const other = await Terminal.open();
  await one.type("echo one $((20 + 1)) $ADDED $TERM\n");
  await other.type("echo other $((20 + 2))\n");
  await one.prints("one 21 by the operator xterm-256color");
  await other.prints("other 22");
  expect(one.printed).not.toContain("other");
  expect(other.id).not.toBe(one.id);
  await expect(
    other.phone.request("shell/input", { session_id: one.id, data_b64: btoa("exit 9\n") }),
  ).rejects.toThrow("it has ended, or another client opened it");
  await one.type("exit 3\n");
  expect(await one.exit()).toBe(3);
  await other.type("echo still $((20 + 3))\n");
  await other.prints("still 23");
});

test("litter quirk 9: the code of an exit is a number, also when a signal ended the shell", async () => {
  const killed = await Terminal.open();
  await killed.prints("ready> ");
  await killed.type("kill -9 $$\n");
  expect(await killed.exit()).toBe(128 + 9);
  const closed = await Terminal.open();
  await closed.prints("ready> ");
  expect(await closed.send("shell/kill", { signal: "SIGKILL" })).toEqual({});
  expect(await closed.exit()).toBe(128 + 1);
  await expect(closed.type("x")).rejects.toThrow("there is no terminal");
});

test("a terminal has the size and the folder its client wants, and follows a resize", async () => {
  const terminal = await Terminal.open({ size, cwd: here.folder });
  await terminal.type("stty size; pwd\n");
  await terminal.prints("11 77");
  await terminal.prints(await realpath(here.folder));
  expect(await terminal.send("shell/resize", { cols: 120, rows: 40 })).toEqual({});
  await terminal.type("stty size\n");
  expect(await terminal.prints("40 120")).toMatch(/11 77[^]*40 120/u);
});

test("a terminal ends with its client, and tells its client when it is switched off", async () => {
  const left = await Terminal.open({ size }, null);
  await left.type("echo pid=$$,$((3 + 4))\n");
  await left.prints(",7");
  const pid = Number(/pid=(\d+),7/u.exec(left.printed)?.[1]);
  expect(await isAlive(pid)).toBe(true);
  left.phone.drop();
  await expect.poll(() => isAlive(pid)).toBe(false);
  const told = await Terminal.open();
  await told.prints("ready> ");
  const code = told.exit();
  await shell[Symbol.asyncDispose]();
  expect(await code).toBe(129);
  await expect(told.phone.request("shell/spawn", {})).rejects.toThrow("switched off");
});

test("only a shell of this machine is started, as it is", async () => {
  const phone = await Phone.begin(here.gateway, { endpoint: "shell" });
  const spawn = (params: Frame): Promise<Frame> => phone.request("shell/spawn", params);
  await expect(spawn({ shell: "/usr/bin/env" })).rejects.toThrow(
    'shell: "/usr/bin/env" is no shell of this machine: leave it out, or use one of /bin/sh',
  );
  await expect(spawn({ args: ["-c", "true"] })).rejects.toThrow("args: a shell is started without");
  await expect(spawn({ env: { LD_PRELOAD: "/x" } })).rejects.toThrow("env.LD_PRELOAD: ");
  await expect(spawn({ cwd: "here" })).rejects.toThrow("cwd: expected an absolute path");
  await expect(spawn({ cwd: "/nowhere" })).rejects.toThrow("could not be started: No such file");
  await expect(spawn({ size: { cols: 0, rows: 5 } })).rejects.toThrow("shell/spawn: size.cols: ");
  await expect(phone.request("thread/list", {})).rejects.toThrow("this is a terminal, which knows");
  for (let open = 0; open < 8; open += 1) await spawn({ shell: "sh" });
  await expect(spawn({})).rejects.toThrow("too many terminals are open");
});

test("a terminal begins in the folders of the operator, and is none under a read-only policy", async () => {
  roots = [here.folder];
  const terminal = await Terminal.open({ size });
  await terminal.type("pwd\n");
  await terminal.prints(await realpath(here.folder));
  await expect(terminal.phone.request("shell/spawn", { cwd: "/" })).rejects.toThrow(
    "shell/spawn: / is outside the folders the operator allows",
  );
  sandbox = "read-only";
  await expect(terminal.phone.request("shell/spawn", {})).rejects.toThrow("`read-only`");
});

test("a terminal needs the role drive; what is typed in it is not told to the audit log", async () => {
  const of = (role: Role) => ({
    ...{ id: role, name: role, role, ended: new AbortController().signal },
  });
  const approver = await Phone.begin(here.gateway, { endpoint: "shell", principal: of("approve") });
  for (const method of ["shell/spawn", "shell/input", "shell/resize", "shell/kill"]) {
    await expect(approver.request(method, {})).rejects.toThrow(
      `${method} needs the role \`drive\``,
    );
  }
  const driver = await Phone.begin(here.gateway, { endpoint: "shell", principal: of("drive") });
  const { session_id } = await driver.request("shell/spawn", { cwd: here.folder });
  await driver.request("shell/input", { session_id, data_b64: btoa("secret\n") });
  const requested = here.told.all.filter(([name]) => name === "requested");
  expect(requested.map(([, event]) => event)).toEqual([
    { agent: "shell", method: "shell/spawn", threadId: null, detail: here.folder },
  ]);
});

test("a terminal is no agent: not in lists, not a default, not asked for threads", async () => {
  const agents = {
    names: ["shell", "claude"],
    find: (name: string) => [shell, claude].find((one) => one.name === name),
  };
  expect(withoutTerminals(agents).names).toEqual(["claude"]);
  expect(await defaultAgentOf(agents, "shell")).toBe("claude");
  claude.isAvailable = false;
  expect(await defaultAgentOf(agents, null)).toBe("claude");
  claude.isAvailable = true;
  const tui = await Phone.begin(here.gateway, { endpoint: null });
  const { data: models } = await tui.request("model/list", { includeHidden: true });
  expect(JSON.stringify(models)).not.toContain("shell");
  expect(await tui.request("thread/list", {})).toMatchObject({ data: [] });
  await expect(tui.request("thread/start", { model: "shell/sh" })).resolves.toBeDefined();
  expect(tui.all("warning")).toEqual([]);
  await expect(tui.request("shell/spawn", {})).rejects.toThrow("unknown method `shell/spawn`");
});

test("a terminal waits for a client that reads slowly, and loses nothing", async () => {
  const terminal = await Terminal.open();
  await terminal.prints("ready> ");
  const bytes = 4_000_000;
  await terminal.type(
    `stty -echo; head -c ${bytes} /dev/zero | tr '\\0' x; echo; echo all $((1 + 1))\n`,
  );
  terminal.phone.hold(true);
  let before = -1;
  // Still: neither the ring nor anything before it takes more.
  await expect
    .poll(
      () => {
        const now = here.gateway.state.sessions[0]?.ringBytes ?? 0;
        const isStill = now === before && terminal.phone.waitingBytes >= 1024 * 1024;
        before = now;
        return isStill;
      },
      { interval: 100, timeout: 10_000 },
    )
    .toBe(true);
  expect(terminal.phone.waitingBytes).toBeLessThan(2 * 1024 * 1024);
  expect(here.gateway.state.sessions).toMatchObject([{ connected: true }]);
  terminal.phone.hold(false);
  let end = "";
  while (!end.includes("all 2")) {
    end = (end + textOf(await terminal.phone.heard("shell/output"))).slice(-20);
  }
  const runs = terminal.printed.split(/[^x]+/u).map((run) => run.length);
  expect(Math.max(...runs)).toBe(bytes);
});
