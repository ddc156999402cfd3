import { constants } from "node:fs";
import { open, readdir, stat, watch } from "node:fs/promises";
import path from "node:path";
import type { BridgeHost } from "../adapter.ts";
import { BridgeError, messageOf } from "../errors.ts";

/** Who looks at the head of a file only shall not pay for more; who reads on gets larger pieces. */
const leastChunkBytes = 8 * 1024;
const mostChunkBytes = 256 * 1024;

/**
 * The read-only view of the disk that bridges get. What does not exist is a `BridgeError` of kind
 * `not-found`.
 */
export const hostFiles: BridgeHost["files"] = {
  async list(folder) {
    const entries = await explain(readdir(folder));
    const found = await Promise.all(
      entries.map(async (name) => {
        try {
          const entry = await stat(path.join(folder, name));
          const { size, mtimeMs } = entry;
          return { name, folder: entry.isDirectory(), size, mtimeMs };
        } catch (error) {
          // Deleted since, or a dangling link.
          if (isMissing(error)) return null;
          throw error;
        }
      }),
    );
    return found.filter((entry) => entry !== null);
  },

  async *read(file, { start = 0, signal }) {
    signal.throwIfAborted();
    // Opening a pipe would wait for who writes into it, and so would reading from one.
    await using handle = await explain(
      open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)),
    );
    if (!(await handle.stat()).isFile())
      throw new BridgeError("bad-request", `${file} is not a file`);
    let position = start;
    for (let chunks = 0; ; chunks += 1) {
      const bytes = Math.min(leastChunkBytes * 2 ** Math.max(0, chunks - 3), mostChunkBytes);
      const buffer = Buffer.allocUnsafe(bytes);
      const { bytesRead } = await explain(handle.read({ buffer, position }));
      signal.throwIfAborted();
      if (bytesRead === 0) return;
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  },

  async *watch(folder, { signal }) {
    try {
      for await (const { filename } of watch(folder, { signal })) {
        if (filename !== null) yield filename;
      }
    } catch (error) {
      if (!signal.aborted) throw explained(error);
    }
  },
};

async function explain<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw explained(error);
  }
}

function explained(error: unknown): unknown {
  return isMissing(error)
    ? new BridgeError("not-found", messageOf(error), { cause: error })
    : error;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
