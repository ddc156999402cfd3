import { readdirSync, readFileSync } from "node:fs";
import { appendFile, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { JournalEntry } from "../src/threads/journal.ts";
import type { ThreadMeta } from "../src/threads/meta.ts";
import { fileStore, type ThreadStore } from "../src/threads/store.ts";
import { stage } from "./support/adversity.ts";

let data: string;
let folder: string;
let log: string[];

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "fairlead-adversity-"));
  folder = join(data, "scripted", "threads");
  log = [];
});

afterEach(async () => {
  await rm(data, { recursive: true });
});

const open = (): ThreadStore => fileStore(folder, (_level, message) => void log.push(message));
const begin = (id: string): JournalEntry => ({ type: "begin", id, keys: [id], startedAtMs: 1 });

function meta(id: string): ThreadMeta {
  return {
    id,
    nativeId: null,
    nativeIds: [],
    from: null,
    cwd: tmpdir(),
    createdAtMs: 1,
    updatedAtMs: 1,
    preview: "hello",
    name: null,
    archived: false,
    ephemeral: false,
    source: "vscode",
    threadSource: null,
    originator: null,
    forkedFromId: null,
    parentThreadId: null,
    gitInfo: null,
    model: null,
    effort: null,
    mode: "default",
    policy: {
      approvalPolicy: "on-request",
      sandbox: { type: "readOnly", networkAccess: false },
    },
    instructions: null,
    dynamicTools: [],
    mcpServers: [],
  };
}

describe("a daemon that was killed", () => {
  it("reads the turn that ran as failed, past a line torn in the middle, and goes on", async () => {
    const before = stage({ dataDir: data });
    const client = await before.client();
    const threadId = await client.startThread(tmpdir());
    const first = await client.say(threadId, "one");
    const agent = await before.agents.next();
    agent.reply(await agent.prompts.next(), "done");
    await client.heard("turn/completed");
    await before.server[Symbol.asyncDispose]();
    const running = "0199aaaa-0000-7000-8000-000000000001";
    const torn = `${JSON.stringify({ ...begin(running), startedAtMs: Date.now() })}\n{"type":"item","turnId":"${running}","it`;
    await appendFile(join(folder, `${threadId}.jsonl`), torn);

    const after = stage({ dataDir: data });
    const again = await after.client();
    const resumed = await again.request("thread/resume", { threadId });
    expect(resumed.thread.turns.map(({ id, status }) => `${id} ${status}`)).toEqual([
      `${first} completed`,
      `${running} failed`,
    ]);
    const next = await again.say(threadId, "two");
    const second = await after.agents.next();
    second.reply(await second.prompts.next(), "back");
    await again.heard("turn/completed");
    again.check();
    await after.server[Symbol.asyncDispose]();

    const last = stage({ dataDir: data });
    const reader = await last.client();
    const read = await reader.request("thread/read", { threadId, includeTurns: true });
    expect(read.thread.turns.map(({ id, status }) => `${id} ${status}`)).toEqual([
      `${first} completed`,
      `${running} failed`,
      `${next} completed`,
    ]);
    await last.server[Symbol.asyncDispose]();
  });

  it("has on disk what it was told, before anybody else is told", () => {
    const store = open();
    store.save(meta("thread-1"));
    store.append("thread-1", begin("turn-1"));
    expect(readdirSync(folder).toSorted()).toEqual(["thread-1.json", "thread-1.jsonl"]);
    expect(readFileSync(join(folder, "thread-1.jsonl"), "utf8")).toContain("turn-1");
  });

  it("keeps every thread but the one whose record is broken, which is set aside", async () => {
    const store = open();
    for (const id of ["a", "b", "c", "d"]) store.save(meta(id));
    await writeFile(join(folder, "a.json"), '{"id":"a","nativ');
    await writeFile(join(folder, "b.json"), '{"id":"b","nativeIds":[]}');
    await writeFile(join(folder, "e.json.new"), '{"id":"e"');
    await mkdir(join(folder, "f.json"));
    const again = open();
    expect((await again.all()).map(({ id }) => id).toSorted()).toEqual(["c", "d"]);
    expect(log).toHaveLength(3);
    expect((await readdir(folder)).filter((name) => name.endsWith(".corrupt"))).toHaveLength(3);
  });

  it("says what is wrong with a folder it cannot read, and tries again", async () => {
    await mkdir(join(data, "scripted"));
    await writeFile(folder, "not a folder");
    const store = open();
    await expect(store.all()).rejects.toThrow(/threads/);
    await rm(folder);
    expect(await store.all()).toEqual([]);
  });

  it("lowers what a thread may do to what the operator allows now", async () => {
    const store = open();
    const policy = { approvalPolicy: "never", sandbox: { type: "dangerFullAccess" } } as const;
    store.save({ ...meta("0199aaaa-0000-7000-8000-00000000000a"), policy });
    const threadId = "0199aaaa-0000-7000-8000-00000000000a";
    store.append(threadId, begin("0199aaaa-0000-7000-8000-00000000000b"));
    store.append(threadId, begin("0199aaaa-0000-7000-8000-00000000000c"));
    const here = stage({ dataDir: data });
    const client = await here.client();
    // Loads the thread without a resume, which would lower it by itself.
    await client.request("thread/rollback", { threadId, numTurns: 1 });
    await client.request("thread/compact/start", { threadId });
    const agent = await here.agents.next();
    expect(agent.spec.settings).toMatchObject({ approvals: "ask", sandbox: "workspace-write" });
    await here.server[Symbol.asyncDispose]();
  });
});

describe("writing", () => {
  it("keeps the order of what is said at once", async () => {
    const store = open();
    const ids = Array.from({ length: 500 }, (_unused, index) => `turn-${index}`);
    for (const id of ids) store.append("a", begin(id));
    const entries = await store.journal("a");
    expect(entries.flatMap((entry) => (entry.type === "begin" ? [entry.id] : []))).toEqual(ids);
  });

  it("leaves nothing of a thread that is deleted while it is written", async () => {
    const store = open();
    store.save(meta("a"));
    store.save(meta("a"));
    store.append("a", begin("1"));
    const deleted = store.delete("a");
    store.append("a", begin("2"));
    store.save(meta("a"));
    await deleted;
    expect(await readdir(folder)).toEqual([]);
    expect(await store.get("a")).toBeUndefined();
    expect(await open().all()).toEqual([]);
  });

  it("leaves nothing of a thread that is deleted in the middle of a turn", async () => {
    const here = stage({ dataDir: data });
    const client = await here.client();
    const threadId = await client.startThread(tmpdir());
    await client.say(threadId, "go");
    const agent = await here.agents.next();
    await agent.prompts.next();
    agent.emit({ op: "open", key: "m", item: { type: "message" } });
    const deleted = client.request("thread/delete", { threadId });
    const spoken = client.say(threadId, "more").catch((error: unknown) => error);
    await Promise.all([deleted, spoken]);
    await client.request("thread/loaded/list", {});
    await here.server[Symbol.asyncDispose]();
    expect(await readdir(folder)).toEqual([]);
    expect(here.agents.all).toHaveLength(1);
    expect(agent.disposed).toBe(true);
  });
});

describe("ten thousand threads", () => {
  it("are listed from disk in seconds and again at once", async () => {
    await mkdir(folder, { recursive: true });
    const ids = Array.from(
      { length: 10_000 },
      (_unused, index) => `0199aaaa-0000-7000-8000-${String(index).padStart(12, "0")}`,
    );
    await Promise.all(
      ids.map((id, index) =>
        writeFile(
          join(folder, `${id}.json`),
          JSON.stringify({ ...meta(id), createdAtMs: index, updatedAtMs: index }),
        ),
      ),
    );
    const here = stage({ dataDir: data });
    const client = await here.client();
    const startMs = performance.now();
    const { data: page, nextCursor } = await client.request("thread/list", { limit: 25 });
    const firstMs = performance.now() - startMs;
    await client.request("thread/list", { limit: 25, cursor: nextCursor });
    const againMs = performance.now() - startMs - firstMs;
    process.stdout.write(`10,000 threads: ${firstMs.toFixed()} ms, then ${againMs.toFixed()} ms\n`);
    expect(page.map(({ id }) => id)).toEqual(ids.toReversed().slice(0, 25));
    expect(againMs).toBeLessThan(firstMs);
    client.check();
    await here.server[Symbol.asyncDispose]();
  });
});
