import { watch } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { StringDecoder } from "node:string_decoder";
import { isErrno } from "../config/private-files.ts";
import { type FilePosition, logFiles } from "./tail.ts";

const blockBytes = 64 * 1024;

/** Some file systems tell nothing of changes: then this often is looked. */
const lookMs = 1000;

/**
 * Lines of a log as they are written, from a place on, until the signal; null = from the start of
 * the next file. The files may be rotated, cut, removed and made meanwhile; no line is told twice or
 * left out. Only whole lines are told.
 */
export async function* followLines(
  file: string,
  from: FilePosition | null,
  signal: AbortSignal,
): AsyncGenerator<string, void, void> {
  const news = newsOf(file, signal);
  let reader = from === null ? null : await readerAt(file, from);
  try {
    while (!signal.aborted) {
      if (reader !== null) yield* reader.lines();
      const next = await nextReader(file, reader);
      if (next === null) {
        if (!signal.aborted) await news.next();
        continue;
      }
      if (reader !== null) {
        // What was written between the last look and the rotation; nothing comes after that.
        yield* reader.lines();
        await reader.close();
      }
      reader = next;
    }
  } finally {
    news.close();
    await reader?.close();
  }
}

/** Opens the file of a place under the name that it has by now. */
async function readerAt(file: string, { inode, offset }: FilePosition): Promise<FileReader | null> {
  for (const path of await logFiles(file)) {
    const reader = await FileReader.open(path, offset);
    if (reader?.inode === inode) return reader;
    await reader?.close();
  }
  return null;
}

/** Opens the file begun next after the one that is read; null when there is none yet. */
async function nextReader(file: string, reader: FileReader | null): Promise<FileReader | null> {
  for (;;) {
    const before = await snapshot(file);
    const found = reader === null ? -1 : before.findIndex(({ inode }) => inode === reader.inode);
    const readMs = found === -1 ? ((await reader?.modifiedMs()) ?? 0) : 0;
    const newer = found === -1 ? before.filter(({ ms }) => ms > readMs) : before.slice(0, found);
    const wanted = newer.at(-1);
    if (wanted === undefined) return null;
    const next = await FileReader.open(wanted.path, 0);
    const after = await snapshot(file);
    const names = (files: typeof before): string =>
      files.map(({ path, inode }) => `${path} ${inode}`).join("\n");
    if (next?.inode === wanted.inode && names(before) === names(after)) return next;
    // Rotated in the meantime: the names are those of other files now.
    await next?.close();
  }
}

async function snapshot(
  file: string,
): Promise<readonly { readonly path: string; readonly inode: number; readonly ms: number }[]> {
  const files = await logFiles(file);
  const found = await Promise.all(
    files.map(async (path) => {
      const stats = await stat(path).catch(() => null);
      return stats === null ? [] : [{ path, inode: stats.ino, ms: stats.mtimeMs }];
    }),
  );
  return found.flat();
}

/** Reads one file on, under whatever name it has by now. */
class FileReader {
  readonly #handle: FileHandle;
  readonly inode: number;
  #decoder = new StringDecoder("utf8");
  #position: number;
  #rest = "";

  private constructor(handle: FileHandle, inode: number, position: number) {
    this.#handle = handle;
    this.inode = inode;
    this.#position = position;
  }

  static async open(file: string, position: number): Promise<FileReader | null> {
    try {
      const handle = await open(file, "r");
      return new FileReader(handle, (await handle.stat()).ino, position);
    } catch (error) {
      if (isErrno(error, "ENOENT")) return null;
      throw error;
    }
  }

  /** When it was last written to, in milliseconds since 1970. */
  async modifiedMs(): Promise<number> {
    return (await this.#handle.stat()).mtimeMs;
  }

  async *lines(): AsyncIterable<string> {
    const { size } = await this.#handle.stat();
    if (size < this.#position) {
      this.#position = 0;
      this.#rest = "";
      this.#decoder = new StringDecoder("utf8");
    }
    for (;;) {
      const block = Buffer.alloc(blockBytes);
      const { bytesRead } = await this.#handle.read(block, 0, blockBytes, this.#position);
      if (bytesRead === 0) return;
      this.#position += bytesRead;
      const lines = (this.#rest + this.#decoder.write(block.subarray(0, bytesRead))).split("\n");
      this.#rest = lines.pop() ?? "";
      yield* lines;
    }
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

/** Tells when something may have been written. What happens between two calls is not lost. */
function newsOf(file: string, signal: AbortSignal): { next(): Promise<void>; close(): void } {
  let isNew = false;
  let wake: (() => void) | null = null;
  const tell = (): void => {
    isNew = true;
    wake?.();
  };
  const timer = setInterval(tell, lookMs);
  const watcher = watchFolder(dirname(file), tell);
  signal.addEventListener("abort", tell, { once: true });
  return {
    async next() {
      if (!isNew) await new Promise<void>((resolve) => (wake = resolve));
      wake = null;
      isNew = false;
    },
    close() {
      clearInterval(timer);
      watcher?.close();
      signal.removeEventListener("abort", tell);
    },
  };
}

function watchFolder(folder: string, tell: () => void): { close(): void } | null {
  try {
    const watcher = watch(folder, tell);
    // The folder itself went away: there is still the timer.
    watcher.on("error", () => watcher.close());
    return watcher;
  } catch {
    return null;
  }
}
