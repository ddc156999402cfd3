import { join } from "node:path";
import type { BridgeHost, NativeSession } from "../adapter.ts";

/** A file in which an agent keeps one conversation. */
export interface SessionFile {
  readonly path: string;
  /** Its name without the ending. */
  readonly id: string;
  readonly size: number;
  readonly mtimeMs: number;
  /** Changes with the file. */
  readonly stamp: string;
}

/** What is in a folder; nothing when there is no such folder. */
export async function entriesOf(
  files: BridgeHost["files"],
  folder: string,
): ReturnType<BridgeHost["files"]["list"]> {
  return files.list(folder).catch(() => []);
}

/** The session files in these folders, newest first. `name` matches a file's whole name. */
export async function sessionFiles(
  files: BridgeHost["files"],
  folders: readonly string[],
  name: RegExp,
): Promise<readonly SessionFile[]> {
  const found = await Promise.all(
    folders.map(async (folder) =>
      (await entriesOf(files, folder))
        .filter((entry) => name.test(entry.name))
        .map(({ name: file, size, mtimeMs }) => {
          const [path, id] = [join(folder, file), file.replace(/\.[^.]*$/, "")];
          return { path, id, size, mtimeMs, stamp: `${size}:${mtimeMs}` };
        }),
    ),
  );
  return found.flat().sort((one, other) => other.mtimeMs - one.mtimeMs);
}

/** What was read out of session files: a file is read again only when its stamp has changed. */
export class SessionSummaries<T> {
  readonly #kept = new Map<string, { readonly stamp: string; readonly summary: T }>();
  readonly #limit: number;

  /** Keeps the first `limit` (default 20,000) files: those beyond are read each time. */
  constructor(limit = 20_000) {
    this.#limit = limit;
  }

  /** The summary of a file, which `read` makes unless it is kept. Rejects as `read` does. */
  async of({ path, stamp }: SessionFile, read: () => Promise<T>): Promise<T> {
    const kept = this.#kept.get(path);
    if (kept?.stamp === stamp) return kept.summary;
    const summary = await read();
    if (this.#kept.has(path) || this.#kept.size < this.#limit) {
      this.#kept.set(path, { stamp, summary });
    }
    return summary;
  }
}

/** A conversation in a file, with what its file tells by itself. */
export function sessionIn(
  { stamp, mtimeMs }: SessionFile,
  told: Pick<NativeSession, "nativeId" | "cwd" | "title" | "preview" | "createdAtMs">,
): NativeSession {
  const nothing = { parentNativeId: null, archived: false, busyElsewhere: false };
  return { ...nothing, ...told, stamp, updatedAtMs: Math.round(mtimeMs) };
}
