import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { serveControl } from "../../src/control/server.ts";
import { claimDaemon, pidOf } from "../../src/lifecycle/lock.ts";
import { ownStart, stillRuns } from "../../src/lifecycle/process-start.ts";
import { placesIn } from "./places-in.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fairlead-lock-"));
});
afterEach(() => rm(folder, { recursive: true }));

const links = (): readonly string[] =>
  readdirSync(join(folder, "home", "state")).filter((name) => name.startsWith("daemon.lock"));

test("the second is told who is first and what to type; the places are free again afterwards", async () => {
  const places = placesIn(folder);
  const first = await claimDaemon(places);
  expect(await pidOf(places)).toBe(process.pid);
  expect((statSync(places.pidFile).mode & 0o777).toString(8)).toBe("600");
  await expect(claimDaemon(places)).rejects.toThrow(
    new RegExp(`already running \\(process ${process.pid}\\).*fairlead stop`, "u"),
  );
  await first[Symbol.asyncDispose]();
  await first[Symbol.asyncDispose]();
  expect(existsSync(places.pidFile)).toBe(false);
  expect(await pidOf(places)).toBe(null);
  await using _second = await claimDaemon(places);
  expect(links()).toHaveLength(1);
});

test("of many at the same instant exactly one wins, each time anew, and nothing piles up", async () => {
  const places = placesIn(folder);
  for (let round = 0; round < 20; round += 1) {
    const tries = await Promise.allSettled(Array.from({ length: 20 }, () => claimDaemon(places)));
    const won = tries.filter((one) => one.status === "fulfilled");
    expect(won).toHaveLength(1);
    for (const one of won) await one.value[Symbol.asyncDispose]();
  }
  expect(links()).toHaveLength(1);
});

test("what a killed daemon left is taken over by exactly one of several processes", async () => {
  const places = placesIn(folder);
  const killed = await contender();
  expect(await killed.outcome()).toMatch(/^won/u);
  killed.child.kill("SIGKILL");
  await once(killed.child, "close");
  expect(await pidOf(places)).toBe(killed.child.pid);

  const contenders = await Promise.all(Array.from({ length: 4 }, contender));
  const outcomes = await Promise.all(contenders.map(({ outcome }) => outcome()));
  const winner = contenders[outcomes.findIndex((outcome) => outcome.startsWith("won"))];
  expect(outcomes.filter((outcome) => outcome.startsWith("won"))).toHaveLength(1);
  expect(outcomes.filter((outcome) => outcome.includes(`${winner?.child.pid}`))).toHaveLength(4);
  expect(await pidOf(places)).toBe(winner?.child.pid);
  for (const { child } of contenders) {
    const closed = once(child, "close");
    child.stdin.end();
    if (child.exitCode === null) await closed;
  }
  expect(existsSync(places.pidFile)).toBe(false);
});

test("a number that another process has by now does not keep the daemon away", async () => {
  const places = placesIn(folder);
  const state = dirname(places.lockFile);
  mkdirSync(state, { recursive: true, mode: 0o700 });
  symlinkSync(`${process.pid} 00000000-1`, `${places.lockFile}.41`);
  writeFileSync(places.pidFile, `${process.pid}\n`);
  await using _claim = await claimDaemon(places);
  expect(links()).toEqual(["daemon.lock.42"]);
});

test("who answers on the control socket is running, whatever its number says", async () => {
  const places = placesIn(folder);
  await using _server = await serveControl({
    path: places.socket("control"),
    ops: {},
    log: () => {},
  });
  await expect(claimDaemon(places)).rejects.toThrow("already running");
});

test("a pid file that somebody scribbled in names nobody", async () => {
  const places = placesIn(folder);
  mkdirSync(dirname(places.pidFile), { recursive: true });
  for (const text of ["", "0\n", "-1\n", "12 34\n", "99999999999\n", "pid\n"]) {
    writeFileSync(places.pidFile, text);
    expect(await pidOf(places)).toBe(null);
  }
});

test("a process is known by when it started", async () => {
  const start = await ownStart();
  expect(await stillRuns(process.pid, start)).toBe(true);
  expect(await stillRuns(process.pid, "00000000-1")).toBe(false);
  expect(await stillRuns(process.pid, "at-1000")).toBe(false);
  const clock = `at-${Math.round(Date.now() / 1000 - process.uptime())}`;
  expect(await stillRuns(process.pid, clock)).toBe(true);
  const child = spawn(process.execPath, ["-e", "0"]);
  await once(child, "close");
  expect(await stillRuns(child.pid ?? 0, start)).toBe(false);
});

/** A process that claims the places once it is told to. */
async function contender(): Promise<{
  readonly child: ChildProcessWithoutNullStreams;
  readonly outcome: () => Promise<string>;
}> {
  const program = fileURLToPath(new URL("claim-once.ts", import.meta.url));
  const words = ["--conditions=@fairlead/source", "--import", import.meta.resolve("tsx"), program];
  const child = spawn(process.execPath, [...words, folder]);
  child.stderr.pipe(process.stderr);
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const next = async (): Promise<string> => String((await lines.next()).value);
  expect(await next()).toBe("ready");
  return {
    child,
    outcome: () => {
      child.stdin.write("go\n");
      return next();
    },
  };
}
