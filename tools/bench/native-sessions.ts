import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import claudeBridge from "../../packages/bridge-claude/src/index.ts";
import { type BridgeHost, createAgentServer } from "../../packages/bridge-core/src/index.ts";
import { connectClient } from "./route.ts";

const sessions = 10_000;
/** Claude's projects: folders of the sessions. */
const projects = 20;
/** Of the newest sessions every fifth is a long one. */
const newest = 200;
const longBytes = 5 * 1024 * 1024;
const pageSize = 100;

/** What listing the newest sessions of a big storage costs. */
export interface ListingFigures {
  readonly sessions: number;
  /** Threads of the first page. */
  readonly listed: number;
  /** Bytes read out of files for the first page, per thread of it. */
  readonly bytesPerThread: number;
  /** Of the session that cost most. */
  readonly mostBytes: number;
  readonly elapsedMs: number;
  /** The same page once more. */
  readonly againBytes: number;
  readonly againMs: number;
}

/**
 * Lists the first page of a storage of Claude Code's with ten thousand sessions, as a client does,
 * and counts what the bridge reads. The storage is made for it, and removed.
 */
export async function measureListing(): Promise<ListingFigures> {
  const home = await mkdtemp(join(tmpdir(), "fairlead-sessions-"));
  try {
    await makeStorage(home);
    return await measure(home);
  } finally {
    await rm(home, { recursive: true });
  }
}

async function measure(home: string): Promise<ListingFigures> {
  const read = new Map<string, number>();
  await using server = createAgentServer({
    bridge: (host) => claudeBridge({ ...host, files: counted(host.files, read) }),
    dataDir: null,
    defaultCwd: home,
    environment: async () => ({ HOME: home, PATH: process.env["PATH"] ?? "" }),
  });
  await using connection = await connectClient((transport) => server.attach(transport));
  const list = async (): Promise<{ listed: number; bytes: number; elapsedMs: number }> => {
    read.clear();
    const startedMs = performance.now();
    const { data } = await connection.client.request("thread/list", { limit: pageSize });
    const elapsedMs = performance.now() - startedMs;
    const bytes = [...read.values()].reduce((sum, one) => sum + one, 0);
    return { listed: data.length, bytes, elapsedMs };
  };
  const { listed, bytes, elapsedMs } = await list();
  const mostBytes = Math.max(...read.values());
  const again = await list();
  return {
    sessions,
    listed,
    bytesPerThread: bytes / listed,
    mostBytes,
    elapsedMs,
    againBytes: again.bytes,
    againMs: again.elapsedMs,
  };
}

function counted(files: BridgeHost["files"], read: Map<string, number>): BridgeHost["files"] {
  return {
    ...files,
    async *read(path, options) {
      for await (const chunk of files.read(path, options)) {
        read.set(path, (read.get(path) ?? 0) + chunk.byteLength);
        yield chunk;
      }
    },
  };
}

async function makeStorage(home: string): Promise<void> {
  const nowSeconds = Date.now() / 1000;
  const folders = Array.from({ length: projects }, (_, index) =>
    join(home, ".claude", "projects", `-work-${index}`),
  );
  for (const folder of folders) await mkdir(folder, { recursive: true });
  for (let index = 0; index < sessions; index += 1) {
    const file = join(folders[index % projects] ?? "", `${randomUUID()}.jsonl`);
    const isLong = index < newest && index % 5 === 0;
    const bytes = isLong ? longBytes : 1000 * (1 + (index % 9));
    const endSeconds = nowSeconds - index * 60;
    await writeFile(file, sessionText(index, bytes, new Date((endSeconds - 600) * 1000)));
    await utimes(file, endSeconds, endSeconds);
  }
}

/** A session as Claude Code writes it: what it tells the model of itself, then turns, then a title. */
function sessionText(index: number, bytes: number, began: Date): string {
  const common = { cwd: `/home/user/${index % projects}`, timestamp: began.toISOString() };
  const line = (fields: object): string =>
    `${JSON.stringify({ ...common, uuid: randomUUID(), isSidechain: false, ...fields })}\n`;
  const question = { role: "user", content: `question ${index}` };
  const answer = {
    role: "assistant",
    id: "m",
    content: [{ type: "text", text: "an answer ".repeat(200) }],
  };
  const turn = line({ type: "assistant", message: answer });
  return [
    line({ type: "attachment", attachment: { type: "skill_listing", content: "x".repeat(3000) } }),
    line({ type: "user", message: question }),
    turn.repeat(Math.ceil(bytes / turn.length)),
    index % 2 === 0 ? line({ type: "ai-title", aiTitle: `Title ${index}` }) : "",
  ].join("");
}

/** The figures as text, and whether they meet the target. */
export function listingReport(figures: ListingFigures): {
  readonly lines: readonly string[];
  readonly meetsTargets: boolean;
} {
  const perThread = figures.bytesPerThread / 1024;
  const kibibytes = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KiB`;
  return {
    lines: [
      `first page of ${figures.sessions.toLocaleString("en-US")} native sessions: ${figures.listed} threads in ${figures.elapsedMs.toFixed()} ms, the most read of one ${kibibytes(figures.mostBytes)}`,
      `once more: ${kibibytes(figures.againBytes)} in ${figures.againMs.toFixed()} ms`,
      `read per listed thread ${perThread.toFixed(1)} KiB (at most ${targetKibibytes})`,
    ],
    meetsTargets: perThread <= targetKibibytes,
  };
}

const targetKibibytes = 64;
