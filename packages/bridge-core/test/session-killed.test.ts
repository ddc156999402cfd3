import { spawn } from "node:child_process";
import { once } from "node:events";
import { access, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { fileEpochs, memoryEpochs } from "../src/session/epoch-source.ts";
import { stage } from "./support/adversity.ts";
import { fieldsOf, SessionClient, type Fields } from "./support/session-client.ts";

let data: string;

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "fairlead-killed-"));
});

afterEach(() => rm(data, { recursive: true }));

/** Runs a server until it is in the middle of a turn, and kills it. */
async function killed(): Promise<Fields> {
  const script = fileURLToPath(new URL("support/doomed-server.ts", import.meta.url));
  const flags = ["--conditions=@fairlead/source", "--import", "tsx"];
  const child = spawn(process.execPath, [...flags, script, data], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  const [line] = await once(createInterface(child.stdout), "line");
  child.kill("SIGKILL");
  await exited;
  return fieldsOf(JSON.parse(String(line)));
}

it("a server that was killed keeps its threads and journal, and uses no number twice", async () => {
  const before = await killed();
  const again = await killed();
  expect(Number(again["cursor"])).toBeGreaterThan(Number(before["cursor"]));
  expect(Number(again["question"])).toBeGreaterThan(Number(before["question"]));
  const { mode } = await stat(join(data, "scripted", "epoch"));
  expect(mode & 0o777).toBe(0o600);

  const here = stage({ dataDir: data });
  const client = new SessionClient(here.server);
  const notice = client.connect({ cursor: Number(again["cursor"]) });
  expect(notice.attached).toBe("drift");
  expect(notice.seq).toBeGreaterThan(Number(again["cursor"]));
  await client.initialize();
  const { data: threads } = await client.request("thread/list", {});
  expect(Array.isArray(threads) && threads.length).toBe(2);
  const { threadId } = before;
  const { thread } = await client.request("thread/read", { threadId, includeTurns: true });
  const { turns } = fieldsOf(thread);
  const [turn] = Array.isArray(turns) ? turns : [];
  expect(fieldsOf(turn)).toMatchObject({ status: "failed" });
  expect(JSON.stringify(turn)).toContain("said before the end");
  await here.server[Symbol.asyncDispose]();
});

it("a corrupt record and a corrupt epoch are set aside and named", async () => {
  const before = await killed();
  const folder = join(data, "scripted");
  const record = join(folder, "threads", `${String(before["threadId"])}.json`);
  await writeFile(record, (await readFile(record, "utf8")).slice(0, 40));
  await writeFile(join(folder, "epoch"), "12 monkeys");

  const here = stage({ dataDir: data });
  const client = new SessionClient(here.server);
  expect(client.connect({ cursor: Number(before["cursor"]) }).attached).toBe("drift");
  await client.initialize();
  expect((await client.request("thread/list", {}))["data"]).toEqual([]);
  await access(`${record}.corrupt`);
  expect(await readFile(join(folder, "epoch.corrupt"), "utf8")).toBe("12 monkeys");
  expect(await readdir(folder)).toContain("epoch");
  const named = here.log.all.filter((line) => line.includes("set aside"));
  expect(named.some((line) => line.includes("epoch"))).toBe(true);
  expect(named.some((line) => line.includes(String(before["threadId"])))).toBe(true);
  await here.server[Symbol.asyncDispose]();
});

it("numbers rise over restarts within one hour, and when the clock goes back", () => {
  const file = join(data, "folder", "epoch");
  let now = Date.UTC(2026, 10, 21, 12, 59, 59);
  let last = 0;
  for (let life = 0; life < 10; life += 1) {
    const epochs = fileEpochs(file, () => now, expect.unreachable);
    for (let session = 0; session < 100; session += 1) {
      const first = epochs.next();
      expect(first).toBeGreaterThan(last);
      expect(Number.isSafeInteger(first + 2 ** 31)).toBe(true);
      last = first;
    }
    now += life % 2 === 0 ? -3_600_000 : 1000;
  }
});

it("numbers without a file are those of no other life", () => {
  const start = Date.UTC(2026, 10, 21, 12, 30);
  const first = memoryEpochs(() => start).next();
  const second = memoryEpochs(() => start + 1000).next();
  expect(second - first).toBeGreaterThan(100_000);
});

it("a folder that cannot be written is named, and does not stop anybody", async () => {
  const file = join(data, "taken", "epoch");
  await writeFile(join(data, "taken"), "");
  const log: string[] = [];
  const epochs = fileEpochs(file, Date.now, (_level, message) => void log.push(message));
  expect(epochs.next()).toBeGreaterThan(0);
  expect(log.join("\n")).toContain("could not be written");
});
