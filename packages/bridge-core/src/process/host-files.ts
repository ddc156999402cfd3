import { createReadStream } from "node:fs";
import { readdir, stat, watch } from "node:fs/promises";
import path from "node:path";
import type { BridgeHost } from "../adapter.ts";
import { BridgeError, messageOf } from "../errors.ts";

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
    const chunks: AsyncIterable<Uint8Array> = createReadStream(file, { start, signal });
    try {
      yield* chunks;
    } catch (error) {
      throw signal.aborted ? signal.reason : explained(error);
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
