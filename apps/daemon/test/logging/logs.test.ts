import {
  appendFile,
  mkdir,
  mkdtemp,
  open,
  rename,
  rm,
  truncate,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { addLogs } from "../../src/commands/logs.ts";
import { followLines } from "../../src/logging/follow.ts";
import { Logger } from "../../src/logging/logger.ts";
import { lastLines } from "../../src/logging/tail.ts";
import { type Ran, runCommand } from "../config/run-command.ts";

let home: string;
let file: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "fairlead-logs-"));
  await mkdir(join(home, "logs"));
  file = join(home, "logs", "daemon.log");
});
afterEach(async () => await rm(home, { recursive: true }));

const run = (...words: readonly string[]): Promise<Ran> =>
  runCommand(addLogs, ["logs", "--data-dir", home, ...words]);

describe("fairlead logs", () => {
  test("prints the last lines over all files, for people and as JSON", async () => {
    const settings = { level: "warn", maxFileBytes: 4096, maxFiles: 9, maxAgeDays: 9 } as const;
    using log = new Logger({ file, settings, mirror: null, now: () => 0 });
    for (let index = 0; index < 150; index += 1) log.component("a")("warn", `line ${index}`);
    const { out } = await run("-n", "100");
    const lines = out.trimEnd().split("\n");
    expect(lines).toHaveLength(100);
    expect(lines[0]).toBe("1970-01-01T00:00:00.000Z warn  a line 50");
    expect(JSON.parse((await run("-n", "1", "--json")).out)).toMatchObject({ message: "line 149" });
    expect((await run()).out.trimEnd().split("\n")).toHaveLength(150);
    expect((await run("-n", "0")).out).toBe("");
  });

  test("says when there is nothing, and what a number is", async () => {
    expect(await run()).toMatchObject({ code: 1, out: "" });
    expect(await run("-n", "many")).toMatchObject({ code: 2 });
  });
});

test("of a large file only the end is read", async () => {
  const size = 1024 * 1024 * 1024;
  {
    // A file with a hole: 1 GiB that takes no room.
    await using handle = await open(file, "w");
    await handle.truncate(size);
    await handle.write("\nlast but one\nlast\nhalf", size);
  }
  const { lines, end } = await lastLines(file, 2);
  expect(lines).toEqual(["last but one", "last"]);
  expect(end?.offset).toBe(size + "\nlast but one\nlast\n".length);
});

describe("following", () => {
  test("tells each line once, over rotations, cuts and new files", async () => {
    await writeFile(file, "before\nha");
    const { lines, end } = await lastLines(file, 9);
    const stop = new AbortController();
    const told = followLines(file, end, stop.signal);
    const next = async (): Promise<unknown> => (await told.next()).value;
    expect(lines).toEqual(["before"]);
    await appendFile(file, "lf\né");
    expect(await next()).toBe("half");
    await appendFile(file, "é\n");
    expect(await next()).toBe("éé");
    await appendFile(file, "at the end of the old one\n");
    await rename(file, join(home, "logs", "daemon.1.log"));
    await writeFile(file, "in between\n");
    await rename(join(home, "logs", "daemon.1.log"), join(home, "logs", "daemon.2.log"));
    await rename(file, join(home, "logs", "daemon.1.log"));
    await writeFile(file, "new\n");
    expect([await next(), await next(), await next()]).toEqual([
      "at the end of the old one",
      "in between",
      "new",
    ]);
    await truncate(file);
    await appendFile(file, "x\n");
    expect(await next()).toBe("x");
    const waiting = next();
    stop.abort();
    expect(await waiting).toBeUndefined();
  });

  test("waits for a file that is not there yet", async () => {
    await rm(join(home, "logs"), { recursive: true });
    const stop = new AbortController();
    const told = followLines(file, null, stop.signal);
    const first = told.next();
    await mkdir(join(home, "logs"));
    await writeFile(file, "first\n");
    expect((await first).value).toBe("first");
    stop.abort();
    expect((await told.next()).done).toBe(true);
  });

  test("loses nothing of a log that is written fast", async () => {
    const settings = { level: "warn", maxFileBytes: 4096, maxFiles: 50, maxAgeDays: 9 } as const;
    using log = new Logger({ file, settings, mirror: null });
    const stop = new AbortController();
    const told = followLines(file, null, stop.signal);
    const count = 500;
    const written = (async () => {
      for (let index = 0; index < count; index += 1) {
        log.component("a")("warn", `line ${index}`);
        if (index % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    const seen: string[] = [];
    for await (const line of told) {
      seen.push(/line \d+/u.exec(line)?.[0] ?? line);
      if (seen.length === count) stop.abort();
    }
    await written;
    expect(seen).toEqual(Array.from({ length: count }, (_, index) => `line ${index}`));
  });
});
