import { randomBytes } from "node:crypto";
import { mkdir, open, readFile, stat } from "node:fs/promises";

/**
 * Makes sure that a folder exists and is this user's alone. Throws what to type when it is somebody
 * else's or open to others: what it will hold (tokens, conversations) is private.
 */
export async function privateFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await requirePrivate(folder, "700");
}

/**
 * The bearer token kept in a file, made at first use: 32 random bytes that only this user can read.
 */
export async function tokenOf(file: string): Promise<string> {
  try {
    await using handle = await open(file, "wx", 0o600);
    const token = randomBytes(32).toString("hex");
    await handle.writeFile(`${token}\n`);
    return token;
  } catch (error) {
    if (!isErrno(error, "EEXIST")) throw error;
  }
  await requirePrivate(file, "600");
  const token = (await readFile(file, "utf8")).trim();
  if (/^[0-9a-f]{64}$/u.test(token)) return token;
  throw new Error(`${file} holds no token: delete it and a new one is made`);
}

/** True for an error of the system with this code. */
export function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

async function requirePrivate(path: string, wanted: string): Promise<void> {
  const { uid, mode } = await stat(path);
  const user = process.getuid?.() ?? uid;
  if (uid !== user) throw new Error(`${path} belongs to user ${uid}, not to you (${user})`);
  if ((mode & 0o077) !== 0) {
    throw new Error(`${path} is open to other users: run \`chmod ${wanted} ${path}\``);
  }
}
