import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { chainStart, decodeLine, lineHash, repairedEvent } from "./audit-chain.ts";
import { auditFileName } from "./audit-log.ts";

/** What a check of the log found. */
export interface AuditCheck {
  readonly lines: number;
  /** False = the oldest lines have been rotated away, or taken out. */
  readonly complete: boolean;
  /** Hash of the last line: who notes it can tell later that nothing before it was changed. */
  readonly head: string;
  /** Whole sentences; empty when the log is as it was written. Bounded. */
  readonly problems: readonly string[];
}

const maxProblems = 20;

/** Files of the log, oldest first, as absolute paths. Rejects when the folder cannot be read. */
export async function auditFiles(folder: string): Promise<readonly string[]> {
  const ages = (await readdir(folder))
    .map((name) =>
      new RegExp(`^${auditFileName.replace(".", "\\.")}(?:\\.(\\d+))?$`, "u").exec(name),
    )
    .flatMap((match) => (match === null ? [] : [Number(match[1] ?? 0)]));
  return ages
    .toSorted((a, b) => b - a)
    .map((age) => join(folder, age === 0 ? auditFileName : `${auditFileName}.${age}`));
}

/** Every line of the files, with its place in them; of the last file only so many bytes, when given. */
export async function* auditLines(
  files: readonly string[],
  lastFileBytes: number = Number.POSITIVE_INFINITY,
): AsyncIterable<{ readonly text: string; readonly place: string }> {
  for (const file of files) {
    const end = file === files.at(-1) ? lastFileBytes - 1 : Number.POSITIVE_INFINITY;
    if (end < 0) continue;
    let number = 0;
    for await (const text of linesOf(createReadStream(file, { end, encoding: "utf8" }))) {
      number += 1;
      yield { text, place: `${file}:${number}` };
    }
  }
}

/** A line ends where one was written to end; for `readline` a carriage return in a damaged one does too. */
async function* linesOf(chunks: AsyncIterable<unknown>): AsyncIterable<string> {
  let rest = "";
  for await (const chunk of chunks) {
    const lines = (rest + String(chunk)).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") yield rest;
}

/** Reads the whole log and follows the chain of its lines. Rejects when a file cannot be read. */
export async function checkAudit(files: readonly string[]): Promise<AuditCheck> {
  const problems: string[] = [];
  let lines = 0;
  let complete = true;
  let head = chainStart;
  /** Place of a line that is none, which the next one has to account for. */
  let torn: string | null = null;
  const tell = (problem: string): void => {
    if (problems.length < maxProblems) problems.push(problem);
  };
  for await (const { text, place } of auditLines(files)) {
    const line = decodeLine(text);
    if (torn !== null && line?.event !== repairedEvent) tell(`${torn}: this line was damaged.`);
    if (line === null) {
      torn = place;
    } else {
      torn = null;
      if (lines === 0) complete = line.prev === chainStart;
      else if (line.prev !== head) {
        tell(`${place}: what stood before this line was changed, taken out or put in.`);
      }
    }
    lines += 1;
    head = lineHash(text);
  }
  if (torn !== null) tell(`${torn}: this line is cut off; the daemon died or the disk was full.`);
  return { lines, complete, head, problems };
}
