import { existsSync, watch } from "node:fs";
import { open } from "node:fs/promises";
import { CommandError } from "../control/command-error.ts";
import { type AuditLine, decodeLine } from "./audit-chain.ts";
import { auditFiles, auditLines, checkAudit } from "./audit-check.ts";
import { auditFileName } from "./audit-log.ts";
import { join } from "node:path";
import { visible } from "../terminal/visible.ts";

/** How `fairlead audit` was called. */
export interface AuditOptions {
  /** Of the log. */
  readonly folder: string;
  /** How many of the last lines to show. */
  readonly lines: number;
  readonly follow: boolean;
  readonly json: boolean;
  readonly out: { write(text: string): unknown };
  /** Ends `follow`. */
  readonly signal: AbortSignal;
}

/** Shows the end of the log, and with `follow` what is added. Reads the files; needs no daemon. */
export async function showAudit(options: AuditOptions): Promise<void> {
  const { folder, lines, follow, json, out, signal } = options;
  if (!existsSync(folder)) throw nothingYet(folder);
  const changes = follow ? new Changes(folder, signal) : null;
  const files = await filesIn(folder);
  if (files.length === 0 && !follow) throw nothingYet(folder);
  const end = await endOf(join(folder, auditFileName));
  const last: string[] = [];
  for await (const { text } of auditLines(files, end.offset)) {
    last.push(text);
    if (last.length > lines) last.shift();
  }
  const show = (text: string): void => void out.write(`${json ? text : readable(text)}\n`);
  last.forEach(show);
  if (changes !== null) await followLog(folder, end, show, changes);
}

/** Checks the chain of the lines. Throws when something was changed. */
export async function verifyAudit(
  folder: string,
  out: { write(text: string): unknown },
): Promise<void> {
  const files = await filesIn(folder);
  if (files.length === 0) throw nothingYet(folder);
  const { lines, complete, head, problems } = await checkAudit(files);
  if (problems.length > 0) {
    const list = problems.map((problem) => `\n  ${problem}`).join("");
    throw new CommandError("failed", `The audit log is not as it was written:${list}`);
  }
  const start = complete ? "from the first one on" : "from the oldest one kept";
  out.write(`${lines} lines, unbroken ${start}. The last one: ${head}\n`);
}

async function filesIn(folder: string): Promise<readonly string[]> {
  return auditFiles(folder).catch(() => []);
}

function nothingYet(folder: string): CommandError {
  return new CommandError("failed", `Nothing has been recorded in ${folder} yet.`);
}

/** That something in a folder changed, since it was last waited for. */
class Changes {
  readonly signal: AbortSignal;
  #changed = true;
  #wake: () => void = () => {};

  constructor(folder: string, signal: AbortSignal) {
    this.signal = signal;
    const poke = (): void => {
      this.#changed = true;
      this.#wake();
    };
    watch(folder, { signal }, poke).on("error", poke);
    signal.addEventListener("abort", poke, { once: true });
  }

  async next(): Promise<void> {
    if (!this.#changed) await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#changed = false;
  }
}

/** What is added to the log behind a place, in this file and those that are begun after it. */
async function followLog(
  folder: string,
  start: Place,
  show: (line: string) => void,
  changes: Changes,
): Promise<void> {
  let place = start;
  let rest = "";
  const take = (text: string): void => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(show);
  };
  while (!changes.signal.aborted) {
    await changes.next();
    for (const next of await filesSince(folder, place.inode)) {
      const now = await endOf(next);
      const from = now.inode === place.inode ? place : { ...now, offset: 0 };
      take(await textBetween(next, from, now));
      place = now;
    }
  }
}

/** The file of this number and those begun after it, oldest first; all of them when it is gone. */
async function filesSince(folder: string, inode: number): Promise<readonly string[]> {
  const files = await filesIn(folder);
  const ends = await Promise.all(files.map(endOf));
  return files.slice(
    Math.max(
      0,
      ends.findLastIndex((end) => end.inode === inode),
    ),
  );
}

interface Place {
  /** Which file it is, also under another name. */
  readonly inode: number;
  readonly offset: number;
}

async function endOf(file: string): Promise<Place> {
  try {
    await using handle = await open(file, "r");
    const { ino, size } = await handle.stat();
    return { inode: ino, offset: size };
  } catch {
    return { inode: 0, offset: 0 };
  }
}

/** Empty when there is nothing more, or the file has gone: its new name is told in a moment. */
async function textBetween(file: string, from: Place, to: Place): Promise<string> {
  if (to.offset <= from.offset) return "";
  try {
    await using handle = await open(file, "r");
    const bytes = Buffer.alloc(to.offset - from.offset);
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, from.offset);
    return bytes.subarray(0, bytesRead).toString("utf8");
  } catch {
    return "";
  }
}

/** One line for people: `2026-01-01 12:00:00  Pixel  requested turn/start  agent=claude`. */
function readable(text: string): string {
  const line = decodeLine(text);
  if (line === null) return `(damaged) ${visible(text)}`;
  const { at, event, device, method } = line;
  const what = typeof method === "string" ? `${event} ${method}` : event;
  const time = at.slice(0, 19).replace("T", " ");
  return visible(`${time}  ${device ?? "fairlead"}  ${what}${details(line)}`);
}

const shownApart = new Set(["at", "event", "device", "deviceId", "method", "prev"]);

function details(line: AuditLine): string {
  // Of who asks, the name is enough; of a device that changed, the role is the point.
  const isAbout = line.event.startsWith("device ") || line.device === null;
  const fields = Object.entries(line).filter(
    ([key, value]) => value !== null && !shownApart.has(key) && (key !== "role" || isAbout),
  );
  return fields.map(([key, value]) => `  ${key}=${valueText(value)}`).join("");
}

function valueText(value: unknown): string {
  return typeof value === "string" && /^[\w./:@-]+$/u.test(value) ? value : JSON.stringify(value);
}
