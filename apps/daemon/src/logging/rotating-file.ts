import {
  closeSync,
  fstatSync,
  openSync,
  readSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { messageOf } from "@fairlead/bridge-core/transport";

/** How much is kept. */
export interface RotationLimits {
  readonly maxFileBytes: number;
  /** The one that is written included. */
  readonly maxFiles: number;
  readonly maxAgeDays: number;
}

const dayMs = 24 * 60 * 60_000;
/** How often the age of files that nothing is written to is looked at. */
const sweepMs = 60 * 60_000;

/**
 * A log file that is bounded: at its size or age limit `daemon.log` becomes `daemon.1.log`, that
 * `daemon.2.log`, and so on, and the oldest goes. Only its user can read it. Writing never throws:
 * what a full disk swallows is counted and told once there is room.
 */
export class RotatingFile implements Disposable {
  readonly #file: string;
  readonly #now: () => number;
  #limits: RotationLimits;
  #open: { readonly descriptor: number; size: number; readonly since: number } | null = null;
  #isTorn = false;
  #lost = 0;
  #lostReason = "";
  #sweptAt = 0;

  /** `now` is milliseconds since 1970. */
  constructor(file: string, limits: RotationLimits, now: () => number = Date.now) {
    this.#file = file;
    this.#limits = limits;
    this.#now = now;
  }

  /** Lines that could not be written and are not told of yet. */
  get lostLines(): number {
    return this.#lost;
  }

  /** Other limits from now on. */
  configure(limits: RotationLimits): void {
    this.#limits = limits;
    this.#sweptAt = 0;
  }

  /**
   * Writes a line, its end included. `tellLost` makes the line that says how many are missing. Never
   * throws.
   */
  write(line: string, tellLost: (count: number, reason: string) => string): void {
    try {
      const told = this.#lost === 0 ? "" : tellLost(this.#lost, this.#lostReason);
      this.#append(`${told}${line}`);
      this.#lost = 0;
    } catch (error) {
      this.#lost += 1;
      this.#lostReason = messageOf(error);
      this.#close();
    }
  }

  /** Closes the file; the next line opens it again. */
  [Symbol.dispose](): void {
    this.#close();
  }

  #append(text: string): void {
    this.#sweep();
    let open = this.#current();
    const bytes = Buffer.from(this.#isTorn ? `\n${text}` : text);
    const isFull = open.size > 0 && open.size + bytes.length > this.#limits.maxFileBytes;
    const spanMs = (this.#limits.maxAgeDays * dayMs) / this.#limits.maxFiles;
    if (isFull || (open.size > 0 && this.#now() - open.since > spanMs)) {
      this.#rotate();
      open = this.#current();
    }
    for (let written = 0; written < bytes.length;) {
      // A full disk may take a part: the next line then begins on a line of its own.
      const count = writeSync(open.descriptor, bytes, written);
      written += count;
      open.size += count;
      this.#isTorn = written < bytes.length;
    }
  }

  /** The open file; opened again when somebody moved or removed it. */
  #current(): { readonly descriptor: number; size: number; readonly since: number } {
    if (this.#open !== null) {
      const there = statSync(this.#file, { throwIfNoEntry: false });
      if (there !== undefined && there.ino === fstatSync(this.#open.descriptor).ino) {
        return this.#open;
      }
      this.#close();
    }
    const descriptor = openSync(this.#file, "a+", 0o600);
    const { size } = fstatSync(descriptor);
    const since = size === 0 ? this.#now() : (firstTime(descriptor) ?? this.#now());
    this.#isTorn = size > 0 && textAt(descriptor, size - 1, 1) !== "\n";
    this.#open = { descriptor, size, since };
    return this.#open;
  }

  #rotate(): void {
    this.#close();
    const { maxFiles } = this.#limits;
    for (const { path, number } of this.#rotated()) {
      if (number >= maxFiles - 1) rmSync(path, { force: true });
    }
    for (let number = maxFiles - 2; number >= 1; number -= 1) {
      rename(rotatedName(this.#file, number), rotatedName(this.#file, number + 1));
    }
    if (maxFiles === 1) rmSync(this.#file, { force: true });
    else rename(this.#file, rotatedName(this.#file, 1));
  }

  /** Removes what is too old or too many. */
  #sweep(): void {
    const now = this.#now();
    if (Math.abs(now - this.#sweptAt) < sweepMs) return;
    this.#sweptAt = now;
    const { maxFiles, maxAgeDays } = this.#limits;
    for (const { path, number } of this.#rotated()) {
      const { mtimeMs = now } = statSync(path, { throwIfNoEntry: false }) ?? {};
      if (number >= maxFiles || now - mtimeMs > maxAgeDays * dayMs) rmSync(path, { force: true });
    }
  }

  #rotated(): readonly { readonly path: string; readonly number: number }[] {
    const folder = dirname(this.#file);
    return rotatedNumbers(readdirSync(folder), basename(this.#file)).map((number) => ({
      path: rotatedName(this.#file, number),
      number,
    }));
  }

  #close(): void {
    if (this.#open === null) return;
    const { descriptor } = this.#open;
    this.#open = null;
    try {
      closeSync(descriptor);
    } catch {
      // Whatever it says: the file is opened anew.
    }
  }
}

/** `daemon.log` with number 2: `daemon.2.log`. */
export function rotatedName(file: string, number: number): string {
  return join(dirname(file), basename(file).replace(/(\.[^.]*)?$/u, `.${number}$1`));
}

/** Numbers of the older files in the names of a folder, newest first. */
export function rotatedNumbers(names: readonly string[], file: string): readonly number[] {
  const dot = file.lastIndexOf(".");
  const [stem, end] = dot === -1 ? [file, ""] : [file.slice(0, dot), file.slice(dot)];
  return names
    .flatMap((name) => {
      if (!name.startsWith(`${stem}.`) || !name.endsWith(end)) return [];
      const number = name.slice(stem.length + 1, name.length - end.length);
      return /^[1-9]\d{0,5}$/u.test(number) ? [Number(number)] : [];
    })
    .toSorted((one, other) => one - other);
}

function rename(from: string, to: string): void {
  if (statSync(from, { throwIfNoEntry: false }) !== undefined) renameSync(from, to);
}

/** When the first line of a file was written; null when it does not say. */
function firstTime(descriptor: number): number | null {
  const [time] = /\d{4}-\d\d-\d\dT[\d:.]+Z/u.exec(textAt(descriptor, 0, 256)) ?? [];
  const parsed = Date.parse(time ?? "");
  return Number.isNaN(parsed) ? null : parsed;
}

function textAt(descriptor: number, position: number, length: number): string {
  const bytes = Buffer.alloc(length);
  return bytes.toString("utf8", 0, readSync(descriptor, bytes, 0, length, position));
}
