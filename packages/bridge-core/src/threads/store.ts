import { appendFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { mkdir, readdir, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import type { BridgeHost } from "../adapter.ts";
import { messageOf } from "../errors.ts";
import type { JournalEntry } from "./journal.ts";
import type { ThreadMeta } from "./meta.ts";
import { parseEntry, parseMeta } from "./stored-records.ts";

/** Where threads live between two runs of the daemon. */
export interface ThreadStore {
  /** Every thread, once they are read. */
  all(): Promise<readonly ThreadMeta[]>;
  get(id: string): Promise<ThreadMeta | undefined>;
  /** The thread this conversation of the agent's is, or once was. */
  byNativeId(nativeId: string): Promise<ThreadMeta | undefined>;
  /**
   * Takes effect at once, also on disk: what a client is told next outlives `kill -9`. A thread that
   * cannot be written is logged, never lost here.
   */
  save(meta: ThreadMeta): void;
  append(id: string, entry: JournalEntry): void;
  journal(id: string): Promise<readonly JournalEntry[]>;
  delete(id: string): Promise<void>;
}

type Log = BridgeHost["log"];

/** A store in memory, for tests and for callers who keep no data. */
export function memoryStore(): ThreadStore {
  const metas = new Map<string, ThreadMeta>();
  const journals = new Map<string, JournalEntry[]>();
  return {
    all: async () => [...metas.values()],
    get: async (id) => metas.get(id),
    byNativeId: async (nativeId) => findNative(metas, nativeId),
    save: (meta) => void metas.set(meta.id, meta),
    append(id, entry) {
      const journal = journals.get(id);
      if (journal === undefined) journals.set(id, [entry]);
      else journal.push(entry);
    },
    journal: async (id) => journals.get(id) ?? [],
    async delete(id) {
      metas.delete(id);
      journals.delete(id);
    },
  };
}

/**
 * A store in a folder: `ID.json` for a thread, replaced atomically, and `ID.jsonl` for its journal,
 * only ever appended to. A record that cannot be read is set aside as `.corrupt` and named in the
 * log; the others are unharmed.
 */
export function fileStore(folder: string, log: Log): ThreadStore {
  const metas = new Map<string, ThreadMeta>();
  const metaFile = (id: string): string => join(folder, `${id}.json`);
  const journalFile = (id: string): string => join(folder, `${id}.jsonl`);
  /** Ids are never used again: what still comes in must not bring a thread back. */
  const deleted = new Set<string>();
  /**
   * Journals this process has begun a line of its own in: the last one of an earlier process may be
   * torn.
   */
  const begun = new Set<string>();
  let loading: Promise<void> | null = null;

  const load = async (): Promise<void> => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const names = (await readdir(folder)).filter((name) => name.endsWith(".json"));
    for (const name of names) {
      const path = join(folder, name);
      try {
        const meta: ThreadMeta = parseMeta(await readFile(path, "utf8"));
        if (!metas.has(meta.id)) metas.set(meta.id, meta);
      } catch (error) {
        log(
          "warn",
          `${path} cannot be read (${messageOf(error)}); it is set aside as ${name}.corrupt`,
        );
        await rename(path, `${path}.corrupt`).catch(() => {});
      }
    }
  };
  const loaded = (): Promise<void> =>
    (loading ??= load().catch((error: unknown) => {
      loading = null;
      throw error;
    }));

  let hasFolder = false;
  /** Small and rare enough to be waited for: an item, the end of a turn, never a delta. */
  const write = (id: string, work: () => void): void => {
    try {
      if (!hasFolder) mkdirSync(folder, { recursive: true, mode: 0o700 });
      hasFolder = true;
      work();
    } catch (error) {
      log("warn", `thread ${id} could not be written: ${messageOf(error)}`);
    }
  };

  return {
    async all() {
      await loaded();
      return [...metas.values()];
    },
    async get(id) {
      await loaded();
      return metas.get(id);
    },
    async byNativeId(nativeId) {
      await loaded();
      return findNative(metas, nativeId);
    },
    save(meta) {
      if (deleted.has(meta.id)) return;
      metas.set(meta.id, meta);
      write(meta.id, () => {
        const path = metaFile(meta.id);
        writeFileSync(`${path}.new`, JSON.stringify(meta), { mode: 0o600 });
        renameSync(`${path}.new`, path);
      });
    },
    append(id, entry) {
      if (deleted.has(id)) return;
      const before = begun.has(id) ? "" : "\n";
      begun.add(id);
      write(id, () => {
        appendFileSync(journalFile(id), `${before}${JSON.stringify(entry)}\n`, { mode: 0o600 });
      });
    },
    journal: (id) => readJournal(journalFile(id), log),
    async delete(id) {
      deleted.add(id);
      await loaded();
      metas.delete(id);
      write(id, () => {
        for (const path of [metaFile(id), journalFile(id)]) rmSync(path, { force: true });
      });
    },
  };
}

function findNative(
  metas: ReadonlyMap<string, ThreadMeta>,
  nativeId: string,
): ThreadMeta | undefined {
  for (const meta of metas.values()) if (meta.nativeIds.includes(nativeId)) return meta;
  return undefined;
}

async function readJournal(path: string, log: Log): Promise<JournalEntry[]> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  });
  const entries: JournalEntry[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (line === "") continue;
    try {
      entries.push(parseEntry(line));
    } catch {
      log("warn", `${path} line ${index + 1} is torn and left out`);
    }
  }
  return entries;
}
