import { type FileHandle, open, readdir } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { isErrno } from "../config/private-files.ts";
import { rotatedName, rotatedNumbers } from "./rotating-file.ts";

const blockBytes = 64 * 1024;

/** The files of a log, the one that is written first. Missing ones are left out. */
export async function logFiles(file: string): Promise<readonly string[]> {
  const names = await readdir(dirname(file)).catch((error: unknown): string[] => {
    if (isErrno(error, "ENOENT")) return [];
    throw error;
  });
  const older = rotatedNumbers(names, basename(file)).map((number) => rotatedName(file, number));
  return names.includes(basename(file)) ? [file, ...older] : older;
}

/** A place in a file, whatever its name is by now. */
export interface FilePosition {
  readonly inode: number;
  readonly offset: number;
}

/** The end of a log. */
export interface LogTail {
  /** Oldest first. */
  readonly lines: readonly string[];
  /** Behind the last of them; null when there is no file. */
  readonly end: FilePosition | null;
}

/**
 * The last lines of a log, over as many of its files as it takes. Of each file only the end is read.
 */
export async function lastLines(file: string, count: number): Promise<LogTail> {
  let lines: readonly string[] = [];
  let end: FilePosition | null = null;
  for (const path of await logFiles(file)) {
    if (end !== null && lines.length >= count) break;
    const tail = await tailOf(path, count - lines.length);
    lines = [...tail.lines, ...lines];
    end ??= tail.end;
  }
  return { lines, end };
}

async function tailOf(path: string, count: number): Promise<LogTail> {
  try {
    await using handle = await open(path, "r");
    return await readBack(handle, count);
  } catch (error) {
    // Rotated away a moment ago.
    if (isErrno(error, "ENOENT")) return { lines: [], end: null };
    throw error;
  }
}

async function readBack(handle: FileHandle, count: number): Promise<LogTail> {
  const { size, ino } = await handle.stat();
  let start = size;
  const blocks: Buffer[] = [];
  let breaks = 0;
  // One break more than lines: it ends the line before the first of them.
  while (start > 0 && breaks <= count) {
    const length = Math.min(blockBytes, start);
    start -= length;
    const block = Buffer.alloc(length);
    await handle.read(block, 0, length, start);
    for (const byte of block) if (byte === 0x0a) breaks += 1;
    blocks.unshift(block);
  }
  const bytes = Buffer.concat(blocks);
  // What is behind the last break is not a whole line yet.
  const whole = bytes.lastIndexOf(0x0a) + 1;
  const lines = bytes.toString("utf8", 0, whole).split("\n").slice(0, -1);
  return {
    lines: count === 0 ? [] : lines.slice(-count),
    end: { inode: ino, offset: start + whole },
  };
}
