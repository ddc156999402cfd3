import { randomBytes } from "node:crypto";
import { open, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { isErrno } from "../serve/private-files.ts";

/**
 * Replaces a file as a whole: readers see the old text or the new one, after a crash too. Only this
 * user can read it. Rejects with the error of the system; the old file is then as it was.
 */
export async function writePrivateFile(file: string, text: string): Promise<void> {
  const draft = `${file}.${randomBytes(8).toString("hex")}.tmp`;
  try {
    {
      await using handle = await open(draft, "wx", 0o600);
      await handle.writeFile(text);
      await handle.sync();
    }
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {});
    throw error;
  }
  await syncFolder(dirname(file));
}

/** What {@link readPrivateFile} found. */
export type PrivateText =
  | { readonly state: "absent" }
  | { readonly state: "read"; readonly text: string }
  /** A sentence; whatever the file holds must not be believed. */
  | { readonly state: "unusable"; readonly reason: string };

/** Reads a file that nobody but this user may have written or read. Never rejects. */
export async function readPrivateFile(file: string): Promise<PrivateText> {
  try {
    const { uid, mode } = await stat(file);
    const user = process.getuid?.() ?? uid;
    if (uid !== user) return unusable(`${file} belongs to user ${uid}, not to you (${user})`);
    // Windows has no such bits.
    if (process.platform !== "win32" && (mode & 0o077) !== 0) {
      return unusable(`${file} was open to other users of this machine`);
    }
    return { state: "read", text: await readFile(file, "utf8") };
  } catch (error) {
    if (isErrno(error, "ENOENT")) return { state: "absent" };
    return unusable(`${file} cannot be read: ${error instanceof Error ? error.message : "?"}`);
  }
}

/**
 * Moves a file that cannot be believed to `FILE.corrupt`, over an older one. False when even that
 * fails. Never rejects.
 */
export async function quarantine(file: string): Promise<boolean> {
  return rename(file, `${file}.corrupt`).then(
    () => true,
    () => false,
  );
}

/** Without it a power cut may bring the old name back. */
async function syncFolder(folder: string): Promise<void> {
  try {
    await using handle = await open(folder, "r");
    await handle.sync();
  } catch {
    // Not every system lets folders be opened.
  }
}

function unusable(reason: string): PrivateText {
  return { state: "unusable", reason };
}
