import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { DaemonNotRunning } from "../../src/control/command-error.ts";
import { ensureDaemon } from "../../src/lifecycle/ensure-daemon.ts";
import { holderOf } from "../../src/lifecycle/lock.ts";
import { startDetached } from "../../src/lifecycle/start-daemon.ts";
import { stopDaemon } from "../../src/lifecycle/stop-daemon.ts";
import { placesIn } from "./places-in.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fairlead-ensure-"));
});
afterEach(async () => {
  await stopDaemon(placesIn(folder)).catch(() => undefined);
  await rm(folder, { recursive: true });
});

const program = fileURLToPath(new URL("tiny-daemon.ts", import.meta.url));
const words = (version: string, fate = ""): readonly string[] => [
  "--conditions=@fairlead/source",
  `--import=${import.meta.resolve("tsx")}`,
  program,
  folder,
  version,
  fate,
];

test("a daemon is started once, outlives the call, and an older one is replaced", async () => {
  const paths = placesIn(folder);
  const said: string[] = [];
  const ensure = (version: string) =>
    ensureDaemon({ paths, version, words: words(version), say: (text) => said.push(text) });
  expect(await Promise.all([ensure("1.0.0"), ensure("1.0.0")])).toEqual(["started", "started"]);
  const first = await holderOf(paths);
  expect(await ensure("1.0.0")).toBe("was running");
  expect(await ensure("0.9.0")).toBe("was running");
  expect(said).toEqual([expect.stringContaining("newer than this command")]);
  expect(await holderOf(paths)).toBe(first);
  expect(await ensure("1.0.1")).toBe("restarted");
  const second = await holderOf(paths);
  expect(second).not.toBe(first);
  expect(await stopDaemon(paths)).toBe(second);
  expect(await holderOf(paths)).toBe(null);
  await expect(stopDaemon(paths)).rejects.toThrow(DaemonNotRunning);
});

test("a daemon that ends at its start is quoted", async () => {
  const paths = placesIn(folder);
  const start = startDetached({ paths, words: words("1.0.0", "crash") });
  await expect(start).rejects.toThrow(/ended at its start.*the port is taken/su);
  expect(readFileSync(join(paths.logs, "start.log"), "utf8")).toBe("the port is taken\n");
});

test("a daemon that is too slow is ended, so that it does not come up later", async () => {
  const paths = placesIn(folder);
  const start = startDetached({ paths, words: words("1.0.0", "slow"), timeoutMs: 1 });
  await expect(start).rejects.toThrow("has not started within 0.001 s");
  expect(await holderOf(paths)).toBe(null);
  await expect(stopDaemon(paths)).rejects.toThrow(DaemonNotRunning);
});

test("a command that serves the agents is neither taken for a daemon nor ended", async () => {
  const paths = placesIn(folder);
  await startDetached({ paths, words: words("1.0.0", "command") });
  const pid = (await holderOf(paths)) ?? 0;
  const ensure = ensureDaemon({ paths, version: "2.0.0", words: words("2.0.0"), say: () => {} });
  await expect(ensure).rejects.toThrow(`(process ${pid}) serves the agents until it ends`);
  await expect(stopDaemon(paths)).rejects.toThrow("I am a command's.");
  process.kill(pid, 0);
  process.kill(pid, "SIGTERM");
  while ((await holderOf(paths)) !== null) await new Promise((resolve) => setImmediate(resolve));
});

test("the supervisor starts it where there is one", async () => {
  const paths = placesIn(folder);
  const supervisor = {
    async start() {
      await startDetached({ paths, words: words("1.0.0") });
      return true;
    },
  };
  const wrong = { paths, version: "1.0.0", words: words("1.0.0", "crash"), say: () => {} };
  expect(await ensureDaemon({ ...wrong, supervisor })).toBe("started");
});
