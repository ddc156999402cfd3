import { randomBytes } from "node:crypto";
import { chmod, readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { messageOf } from "@fairlead/bridge-core/transport";

type Log = (level: "debug" | "warn", message: string, data?: unknown) => void;

/**
 * The secret key of this host, kept in `host.key` as 64 hex digits; made when there is none. A file
 * that holds something else is put aside: the new key makes this another host, with which every device
 * must pair again. Rejects, saying what to do, when the folder cannot be read or written.
 */
export async function hostKey(folder: string, log: Log): Promise<Uint8Array> {
  const file = join(folder, "host.key");
  const found = await read(file);
  const key = found === null ? null : keyOf(found);
  if (key !== null) {
    await keepPrivate(file, log);
    return key;
  }
  if (found !== null) {
    const aside = `${file}.corrupt-${Date.now()}`;
    await rename(file, aside);
    log(
      "warn",
      `${file} held no key and was moved to ${aside}. This host has a new one now, so every device must pair again with \`fairlead pair\`, unless you put the old key back.`,
    );
  }
  const made = randomBytes(32);
  try {
    await writeFile(file, `${made.toString("hex")}\n`, { mode: 0o600, flag: "wx" });
  } catch (cause) {
    throw new Error(`the key ${file} cannot be written: ${reasonOf(cause)}`, { cause });
  }
  return made;
}

async function read(file: string): Promise<string | null> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return null;
    throw new Error(`the key ${file} cannot be read: ${reasonOf(cause)}`, { cause });
  }
}

function keyOf(text: string): Uint8Array | null {
  const hex = /^([0-9a-fA-F]{64})\s*$/.exec(text)?.[1];
  return hex === undefined ? null : Buffer.from(hex, "hex");
}

async function keepPrivate(file: string, log: Log): Promise<void> {
  const { mode } = await stat(file);
  if (process.platform === "win32" || (mode & 0o077) === 0) return;
  await chmod(file, 0o600);
  log(
    "warn",
    `${file} could be read by others (mode ${(mode & 0o777).toString(8)}) and is now 600`,
  );
}

function reasonOf(cause: unknown): string {
  return `${messageOf(cause)}. Give this user the folder, or name another with --data-dir.`;
}
