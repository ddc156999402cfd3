import { open, rename } from "node:fs/promises";
import { isErrno } from "../config/private-files.ts";

/** What {@link readPrivateFile} found. */
export type PrivateText =
  | { readonly state: "absent" }
  | { readonly state: "read"; readonly text: string }
  /** A sentence; whatever the file holds must not be believed. */
  | { readonly state: "unusable"; readonly reason: string };

/** Reads a file that nobody but this user may have written or read. Never rejects. */
export async function readPrivateFile(file: string): Promise<PrivateText> {
  try {
    await using handle = await open(file, "r");
    const { uid, mode } = await handle.stat();
    const user = process.getuid?.();
    if (user !== undefined && uid !== user) {
      return unusable(`${file} belongs to user ${uid}, not to you (${user})`);
    }
    if (user !== undefined && (mode & 0o077) !== 0) {
      return unusable(`${file} was open to other users of this machine`);
    }
    return { state: "read", text: await handle.readFile("utf8") };
  } catch (error) {
    if (isErrno(error, "ENOENT")) return { state: "absent" };
    return unusable(`${file} cannot be read: ${error instanceof Error ? error.message : "?"}`);
  }
}

/**
 * Moves a file that cannot be believed to `FILE.corrupt`, over an older one. False when even that
 * fails. Never rejects.
 */
export function quarantine(file: string): Promise<boolean> {
  return rename(file, `${file}.corrupt`).then(
    () => true,
    () => false,
  );
}

function unusable(reason: string): PrivateText {
  return { state: "unusable", reason };
}
