import { mkdir, readFile, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { isErrno, writeAtomically } from "../config/private-files.ts";

/** The text of a file; null = there is none. */
export async function textOf(file: string): Promise<string | null> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (isErrno(error, "ENOENT") || isErrno(error, "ENOTDIR")) return null;
    throw error;
  }
}

/** Writes a file of the system's own folders, whole or not at all. */
export async function put(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeAtomically(file, text);
}

/** True when there was one. */
export async function remove(file: string): Promise<boolean> {
  if ((await textOf(file)) === null) return false;
  await rm(file);
  return true;
}
