import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readSync,
  renameSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { type AuditEvent, chainStart, encodeLine, lineHash, repairedEvent } from "./audit-chain.ts";

/** Name of the log that is written; older ones have `.1`, `.2`, … behind it. */
export const auditFileName = "audit.jsonl";

/** What an audit log needs. */
export interface AuditLogOptions {
  /** Private folder; exists. */
  readonly folder: string;
  readonly log: (level: "debug" | "warn", message: string, data?: unknown) => void;
  /** A file that is larger is put aside. Default: 4 MiB. */
  readonly maxFileBytes?: number;
  /** How many are kept, the one written included. Default: 8. */
  readonly maxFiles?: number;
  /** Milliseconds since 1970. Default: the system clock. */
  readonly now?: () => number;
}

/** What the end of the file says. */
interface Tail {
  /** Hash of the last line. */
  readonly hash: string;
  /** It was cut off in the middle. */
  readonly torn: boolean;
  readonly bytes: number;
}

/** Longest last line that is looked for; ours are far shorter. */
const maxLineBytes = 64 * 1024;

/**
 * Who did what, one JSON line each, only ever added to: each line names the hash of the one before,
 * so that one which was changed or taken out shows. Written at once, since what counts most is what
 * happened just before a crash. Nothing here throws: what cannot be written is counted, warned of
 * once, and told in the log as soon as it can be.
 */
export class AuditLog implements Disposable {
  readonly #options: AuditLogOptions;
  readonly #file: string;
  #handle: number | null = null;
  #tail: Tail | null = null;
  /** Since the log last said so. */
  #lost = 0;
  #lostInAll = 0;
  #warned = false;

  constructor(options: AuditLogOptions) {
    this.#options = options;
    this.#file = join(options.folder, auditFileName);
  }

  /** How many events could not be written since it was opened, for metrics. */
  get lost(): number {
    return this.#lostInAll;
  }

  /** Adds a line. */
  add(event: AuditEvent): void {
    try {
      this.#rotate();
      const lost = this.#lost;
      if (lost > 0) {
        this.#write({ event: "log incomplete", device: null, lostEvents: lost });
        this.#lost = 0;
      }
      this.#write(event);
    } catch (error) {
      this.#lost += 1;
      this.#lostInAll += 1;
      this.#close();
      if (this.#warned) return;
      this.#warned = true;
      const reason = error instanceof Error ? error.message : "unknown error";
      this.#options.log("warn", `${this.#file} cannot be written (${reason}): events are missing`);
    }
  }

  [Symbol.dispose](): void {
    this.#close();
  }

  #write(event: AuditEvent): void {
    const { handle, tail } = this.#open();
    const at = new Date(this.#options.now?.() ?? Date.now()).toISOString();
    if (tail.torn) {
      const repair = encodeLine(at, { event: repairedEvent, device: null }, tail.hash);
      this.#append(handle, `\n${repair}\n`, repair);
    }
    const line = encodeLine(at, event, this.#open().tail.hash);
    this.#append(handle, `${line}\n`, line);
  }

  /** Throws when not all of it was written; the tail then says so. */
  #append(handle: number, text: string, line: string): void {
    const bytes = Buffer.from(text);
    const before = this.#tail?.bytes ?? 0;
    // Read again before the next write, should this one fail half-way.
    this.#tail = null;
    const written = writeSync(handle, bytes);
    if (written < bytes.length) throw new Error("the disk is full");
    this.#tail = { hash: lineHash(line), torn: false, bytes: before + written };
  }

  #open(): { readonly handle: number; readonly tail: Tail } {
    this.#handle ??= openPrivate(this.#file);
    this.#tail ??= tailOf(this.#handle) ?? this.#tailBefore();
    return { handle: this.#handle, tail: this.#tail };
  }

  /** A new file goes on where the one before it ended. */
  #tailBefore(): Tail {
    try {
      const handle = openSync(`${this.#file}.1`, constants.O_RDONLY);
      try {
        const tail = tailOf(handle);
        if (tail !== null) return { hash: tail.hash, torn: false, bytes: 0 };
      } finally {
        closeSync(handle);
      }
    } catch {
      // There is none, or none that can be read: the chain begins anew, and a check says where.
    }
    return { hash: chainStart, torn: false, bytes: 0 };
  }

  #rotate(): void {
    const { maxFileBytes = 4 * 1024 * 1024, maxFiles = 8 } = this.#options;
    if (this.#open().tail.bytes < maxFileBytes) return;
    this.#close();
    for (let age = maxFiles - 1; age > 0; age -= 1) {
      const from = age === 1 ? this.#file : `${this.#file}.${age - 1}`;
      try {
        renameSync(from, `${this.#file}.${age}`);
      } catch {
        // Not there yet; one that cannot be moved goes on growing rather than being lost.
      }
    }
  }

  #close(): void {
    const handle = this.#handle;
    this.#handle = null;
    this.#tail = null;
    if (handle === null) return;
    try {
      closeSync(handle);
    } catch {
      // What was written is written.
    }
  }
}

function openPrivate(file: string): number {
  const { O_APPEND, O_CREAT, O_RDWR, O_NOFOLLOW } = constants;
  return openSync(file, O_APPEND | O_CREAT | O_RDWR | O_NOFOLLOW, 0o600);
}

/** Null for an empty file. */
function tailOf(handle: number): Tail | null {
  const { size } = fstatSync(handle);
  if (size === 0) return null;
  const length = Math.min(size, maxLineBytes);
  const bytes = Buffer.alloc(length);
  readSync(handle, bytes, 0, length, size - length);
  const torn = bytes.at(-1) !== 0x0a;
  const text = torn ? bytes : bytes.subarray(0, -1);
  const start = text.lastIndexOf(0x0a) + 1;
  return { hash: lineHash(text.subarray(start)), torn, bytes: size };
}
