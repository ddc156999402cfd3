import { join } from "node:path";
import type { BridgeHost } from "../adapter.ts";

/** A file in which an agent keeps one conversation. */
export interface SessionFile {
  readonly path: string;
  /** Its name without the ending. */
  readonly id: string;
  readonly size: number;
  readonly mtimeMs: number;
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
          return { path: join(folder, file), id: file.replace(/\.[^.]*$/, ""), size, mtimeMs };
        }),
    ),
  );
  return found.flat().sort((one, other) => other.mtimeMs - one.mtimeMs);
}
