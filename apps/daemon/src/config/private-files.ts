import { randomBytes } from "node:crypto";
import { type FileHandle, chmod, lstat, mkdir, open, realpath, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { Paths } from "./paths.ts";

/** Makes every folder of {@link Paths}, each this user's alone. Throws what to type when it is not. */
export async function makeFolders(paths: Paths): Promise<void> {
  await mkdir(paths.config, { recursive: true, mode: 0o700 });
  await requireTrusted(paths.config);
  for (const folder of [paths.data, paths.state, paths.logs]) await privateFolder(folder);
  if (paths.sockets !== null) await privateFolder(paths.sockets, { linkAllowed: false });
}

/**
 * Makes sure that a folder exists and is this user's alone. Throws what to type when it is somebody
 * else's or open to others: what it will hold (tokens, conversations) is private. A folder below a
 * place where anybody may write must not be a link.
 */
export async function privateFolder(
  folder: string,
  { linkAllowed = true }: { readonly linkAllowed?: boolean } = {},
): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (!linkAllowed && (await lstat(folder)).isSymbolicLink()) {
    throw new Error(`${folder} is a link that somebody made: remove it`);
  }
  await requirePrivate(folder, "700");
}

/** Throws what to type when a file or folder is not this user's, or open to others. */
export async function requirePrivate(path: string, wanted: "600" | "700"): Promise<void> {
  await using handle = await open(path, "r");
  const { uid, mode } = await handle.stat();
  const user = process.getuid?.();
  if (user === undefined) return;
  if (uid !== user) throw new Error(`${path} belongs to user ${uid}, not to you (${user})`);
  if ((mode & 0o077) !== 0) {
    throw new Error(`${path} is open to other users: run \`chmod ${wanted} ${path}\``);
  }
}

/** Throws what to type when others than this user and root may change a file or folder. */
async function requireTrusted(path: string): Promise<void> {
  await using handle = await open(path, "r");
  const problem = await distrust(handle, path);
  if (problem !== null) throw new Error(problem);
}

/** Why others may change what is open; null = only this user and root may. */
export async function distrust(handle: FileHandle, path: string): Promise<string | null> {
  const { uid, mode } = await handle.stat();
  const user = process.getuid?.();
  if (user === undefined) return null;
  if (uid !== user && uid !== 0) return `${path} belongs to user ${uid}, not to you (${user})`;
  return (mode & 0o022) === 0
    ? null
    : `${path} may be changed by other users: run \`chmod go-w ${path}\``;
}

/**
 * Replaces a file whole or not at all, also when the machine stops in between. New files are this
 * user's alone; others keep their mode. A link stays one: what it points to is replaced.
 */
export async function writeAtomically(file: string, text: string): Promise<void> {
  const target = await realpath(file).catch((error: unknown) => {
    if (isErrno(error, "ENOENT")) return file;
    throw error;
  });
  const mode = await modeOf(target);
  const temporary = `${target}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    {
      await using handle = await open(temporary, "wx", 0o600);
      await handle.writeFile(text);
      await handle.sync();
    }
    if (mode !== null) await chmod(temporary, mode);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(target));
}

/** True for an error of the system with this code. */
export function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

/** Never more than this user and readers: what may be changed by others is refused anyway. */
async function modeOf(file: string): Promise<number | null> {
  try {
    return (await lstat(file)).mode & 0o755;
  } catch (error) {
    if (isErrno(error, "ENOENT")) return null;
    throw error;
  }
}

/** Without it a rename may be forgotten when the power goes. Windows cannot open folders. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  await using handle = await open(folder, "r");
  await handle.sync().catch(() => undefined);
}
