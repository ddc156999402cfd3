import {
  chmod,
  mkdtemp,
  readFile,
  readdir,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { decodeLine } from "../../src/logging/line.ts";
import { type LogSettings, Logger } from "../../src/logging/logger.ts";

const dayMs = 24 * 60 * 60_000;
const settings: LogSettings = { level: "warn", maxFileBytes: 4096, maxFiles: 3, maxAgeDays: 9 };
let folder: string;
let file: string;
let now: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fairlead-logging-"));
  file = join(folder, "daemon.log");
  now = Date.parse("2026-03-01T00:00:00Z");
});
afterEach(async () => await rm(folder, { recursive: true }));

function logger(overrides: Partial<LogSettings> = {}): Logger {
  return new Logger({
    file,
    settings: { ...settings, ...overrides },
    mirror: null,
    now: () => now,
  });
}

async function messages(path = file): Promise<readonly string[]> {
  const lines = (await readFile(path, "utf8")).split("\n").filter((line) => line !== "");
  return lines.map((line) => decodeLine(line)?.message ?? `? ${line}`);
}

describe("a line", () => {
  test("has time, level, component, message, id and data, and no secret", async () => {
    using log = logger();
    log.addSecret("hunter22-hunter22");
    log.component("gateway", "s1")("warn", "lost hunter22-hunter22", { token: "abc", count: 2 });
    log.component("gateway")("debug", "nobody asked");
    expect(JSON.parse(await readFile(file, "utf8"))).toEqual({
      time: "2026-03-01T00:00:00.000Z",
      level: "warn",
      component: "gateway",
      message: "lost [redacted]",
      id: "s1",
      data: { token: "[redacted]", count: 2 },
    });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  test("of debug is written once that is asked for", async () => {
    using log = logger();
    const write = log.component("a");
    write("debug", "one");
    log.configure({ ...settings, level: "debug" });
    write("debug", "two");
    expect(await messages()).toEqual(["two"]);
  });

  test("is shown on a terminal too, and cannot steer it", () => {
    const shown: string[] = [];
    const mirror = { write: (text: string) => shown.push(text) };
    using log = new Logger({ file: null, settings, mirror, now: () => now });
    log.component("agent")("warn", "two\nlines \u001B[2J", { note: "\u009B" });
    expect(shown).toEqual([
      '2026-03-01T00:00:00.000Z warn  agent two | lines \uFFFD[2J {"note":"\uFFFD"}\n',
    ]);
  });
});

describe("files", () => {
  test("are at most so many and so large, the newest lines last", async () => {
    using log = logger();
    for (let index = 0; index < 200; index += 1) log.component("a")("warn", `line ${index}`);
    expect((await readdir(folder)).toSorted()).toEqual([
      "daemon.1.log",
      "daemon.2.log",
      "daemon.log",
    ]);
    const all: string[] = [];
    for (const name of ["daemon.2.log", "daemon.1.log", "daemon.log"]) {
      expect((await stat(join(folder, name))).size).toBeLessThanOrEqual(4096);
      expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
      all.push(...(await messages(join(folder, name))));
    }
    const first = 200 - all.length;
    expect(all).toEqual(Array.from({ length: all.length }, (_, index) => `line ${first + index}`));
  });

  test("shrink when less is to be kept", async () => {
    using log = logger({ maxFiles: 9 });
    for (let index = 0; index < 300; index += 1) log.component("a")("warn", `line ${index}`);
    expect((await readdir(folder)).length).toBeGreaterThan(4);
    log.configure({ ...settings, maxFiles: 2 });
    log.component("a")("warn", "last");
    expect((await readdir(folder)).toSorted()).toEqual(["daemon.1.log", "daemon.log"]);
    log.configure({ ...settings, maxFiles: 1, maxFileBytes: 10 });
    log.component("a")("warn", "only");
    expect((await readdir(folder)).toSorted()).toEqual(["daemon.log"]);
    expect(await messages()).toEqual(["only"]);
  });

  test("hold nothing that is too old, also over restarts", async () => {
    const write = (message: string): void => {
      using log = logger();
      log.component("a")("warn", message);
    };
    write("day 0");
    now += 2 * dayMs;
    write("day 2");
    now += 2 * dayMs;
    write("day 4");
    expect(await messages(join(folder, "daemon.1.log"))).toEqual(["day 0", "day 2"]);
    await utimes(join(folder, "daemon.1.log"), new Date(now), new Date(now - 10 * dayMs));
    await writeFile(join(folder, "other.1.log"), "");
    now += dayMs;
    write("day 5");
    expect((await readdir(folder)).toSorted()).toEqual(["daemon.log", "other.1.log"]);
    expect(await messages()).toEqual(["day 4", "day 5"]);
  });

  test("that somebody moves away or removes are made again", async () => {
    using log = logger();
    const write = log.component("a");
    write("warn", "one");
    await rename(file, join(folder, "kept"));
    write("warn", "two");
    await rm(file);
    write("warn", "three");
    expect(await messages(join(folder, "kept"))).toEqual(["one"]);
    expect(await messages()).toEqual(["three"]);
  });

  test("end with half a line after a crash: the next one begins on a line of its own", async () => {
    await writeFile(file, '{"time":"2026-02-28T23:00:00Z","mess');
    await chmod(file, 0o600);
    using log = logger();
    log.component("a")("warn", "one");
    expect(await messages()).toEqual(['? {"time":"2026-02-28T23:00:00Z","mess', "one"]);
  });
});

describe("a disk that is full", () => {
  test("stops nothing; what is missing is counted and told once there is room", async () => {
    await symlink("/dev/full", file);
    using log = logger();
    const write = log.component("a");
    write("warn", "one");
    write("warn", "two");
    expect(log.lostLines).toBe(2);
    await rm(file);
    write("warn", "three");
    expect(log.lostLines).toBe(0);
    const [missing, last] = await messages();
    expect(missing).toMatch(/^2 lines are missing here: ENOSPC/u);
    expect(last).toBe("three");
  });

  test("or a folder that is gone, too", async () => {
    const log = new Logger({ file: join(folder, "no", "daemon.log"), settings, mirror: null });
    log.component("a")("warn", "one");
    expect(log.lostLines).toBe(1);
  });
});
