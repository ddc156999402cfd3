import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { chmod, mkdtemp, readdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startAgentProcess } from "../src/process/agent-process.ts";
import { ProcessGroups } from "../src/process/process-groups.ts";
import { unwatched, watchdogCommand, watchVariable } from "../src/process/watchdog-program.ts";
import { gone } from "./support/gone.ts";

let folder = "";
const sleepers: ChildProcess[] = [];

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "fairlead-watch-")));
});
afterEach(async () => {
  for (const { pid } of sleepers.splice(0)) if (pid !== undefined) process.kill(pid, "SIGKILL");
  await rm(folder, { recursive: true });
});

function sleeper(env: Readonly<Record<string, string>>): ChildProcess & { readonly pid: number } {
  const path = process.env["PATH"] ?? "/usr/bin:/bin";
  const child = spawn("sleep", ["60"], {
    env: { A: "one\ntwo", ...env, PATH: path },
    stdio: "ignore",
    detached: true,
  });
  const { pid } = child;
  if (pid === undefined) throw new Error("sleep was not started");
  return Object.assign(child, { pid });
}

test.each([["as it is"], ["kill-watchdog"]])(
  "kill -9 of the program leaves none of its processes: %s",
  async (mode) => {
    const lifeline = join(folder, "lifeline");
    execFileSync("mkfifo", [lifeline]);
    const ready = new Set<string>();
    const cut = createReadStream(lifeline, "utf8");
    const program = fileURLToPath(new URL("support/watched-program.ts", import.meta.url));
    const daemon = spawn(
      process.execPath,
      ["--conditions=@fairlead/source", "--import", "tsx", program, lifeline, folder, mode],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    const told = once(daemon.stdout.setEncoding("utf8"), "data");
    for await (const line of createInterface({ input: cut })) {
      ready.add(line);
      if (ready.size < 5) continue;
      const [watchdog]: unknown[] = await told;
      daemon.kill("SIGKILL");
      // Its end is that of the last process that held it open.
      await once(cut.resume(), "close");
      await gone(Number(watchdog));
      break;
    }
    expect([...ready].sort()).toEqual([
      "ready agent",
      "ready detached",
      "ready pipes",
      "ready terminal",
      "ready user",
    ]);
    expect(await readdir(folder)).toEqual(["lifeline"]);
  },
);

test.each([
  ["with a grep", process.env["PATH"] ?? "/usr/bin:/bin"],
  ["with nothing but a shell", "/nowhere"],
])("the watchdog kills groups and what is marked, and nobody else: %s", async (_name, path) => {
  const mark = "0123456789abcdef";
  const group = sleeper({});
  const marked = sleeper({ [watchVariable]: mark });
  const strangers = [
    sleeper({}),
    sleeper({ [watchVariable]: "another" }),
    sleeper(unwatched({ [watchVariable]: mark })),
  ];
  sleepers.push(...strangers);
  const ended = [once(group, "exit"), once(marked, "exit")];
  const { file, args } = watchdogCommand("linux");
  const watchdog = spawn(file, args, { env: { PATH: path }, stdio: ["pipe", "ignore", "ignore"] });
  const [stranger] = strangers;
  watchdog.stdin.end(
    `mark ${mark}\nadd ${stranger?.pid}\nadd ${group.pid}\ndel ${stranger?.pid}\n`,
  );
  expect(await Promise.all(ended)).toEqual([
    [null, "SIGKILL"],
    [null, "SIGKILL"],
  ]);
  await once(watchdog, "exit");
  expect(strangers.map(({ exitCode, signalCode }) => exitCode ?? signalCode)).toEqual([
    null,
    null,
    null,
  ]);
});

test("an end in order leaves no watchdog, and what a child has let go alone", async () => {
  const groups = new ProcessGroups();
  const environment = Promise.resolve({ PATH: process.env["PATH"] ?? "/usr/bin:/bin" });
  const child = startAgentProcess({ file: "cat", args: [], cwd: folder }, { environment, groups });
  await child.write("started");
  const { watchdogPid } = groups;
  const left = sleeper(groups.marked({}));
  sleepers.push(left);
  await child[Symbol.asyncDispose]();
  groups[Symbol.dispose]();
  expect(watchdogPid).toBeGreaterThan(0);
  await gone(Number(watchdogPid));
  expect(left.signalCode).toBeNull();
});

test("no watchdog runs before there is something to watch, or when none is wanted", async () => {
  const unwanted = new ProcessGroups({ watchdog: false });
  expect(unwanted.marked({ A: "1" })).toEqual({ A: "1" });
  const child = sleeper({});
  unwanted.add(child.pid);
  expect(unwanted.watchdogPid).toBeNull();
  const ended = once(child, "exit");
  unwanted[Symbol.dispose]();
  await ended;
  expect(new ProcessGroups().watchdogPid).toBeNull();
});

test("on Windows the watchdog has the trees of processes killed", async () => {
  const seen = join(folder, "seen");
  const taskkill = join(folder, "taskkill");
  await writeFile(taskkill, `#!/bin/sh\necho "$@" >>${seen}\n`);
  await chmod(taskkill, 0o700);
  const { file, args } = watchdogCommand("win32");
  const run = async (input: string): Promise<void> => {
    const env = { PATH: folder };
    const watchdog = spawn(file, args, { env, stdio: ["pipe", "ignore", "inherit"] });
    watchdog.stdin.end(input);
    await once(watchdog, "exit");
  };
  await run("mark x\nadd 11\nbye\n");
  await run("mark x\nadd 12\nadd 13\ndel 12\n");
  expect(await readFile(seen, "utf8")).toBe("/PID 13 /T /F\n");
});
