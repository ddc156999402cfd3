import { lstat, realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import { hasErrorCode } from "../files/os-error.ts";

/**
 * False when no repository can be around a folder: neither it nor any folder above has a `.git` with
 * a `HEAD`, so git need not be started to say so. A repository without a worktree does not count, as
 * git is told to find none by itself.
 */
export async function mayBeInRepository(cwd: string): Promise<boolean> {
  // Git looks upwards from where it really is.
  const start = await realpath(cwd).catch(() => null);
  for (let folder = start; folder !== null; folder = above(folder)) {
    if (await mayExist(join(folder, ".git", "HEAD"))) return true;
  }
  return false;
}

function above(folder: string): string | null {
  const parent = dirname(folder);
  return parent === folder ? null : parent;
}

/** What cannot be looked at may be there; so is it where `.git` is a file that names another folder. */
async function mayExist(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    return !hasErrorCode(error, "ENOENT");
  }
}
