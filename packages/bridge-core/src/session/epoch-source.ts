import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import type { BridgeHost } from "../adapter.ts";
import { messageOf } from "../errors.ts";

/** Numbers of one epoch. */
const epochSize = 2 ** 32;
/** Epochs whose numbers a double can tell apart. */
const maxEpoch = 2 ** 21 - 1;
/** Epochs taken with one write. */
const block = 64;
const hourMs = 3_600_000;
const firstHourMs = Date.UTC(2020, 0, 1);

/** Where ranges of numbers come from that no earlier life of the daemon has used. */
export interface EpochSource {
  /** The number in front of a new range of 2^32. Higher than any before. */
  next(): number;
}

/** Epochs for one life of the program only, from the hours since 2020 on. */
export function memoryEpochs(now: () => number): EpochSource {
  let last = 0;
  return {
    next() {
      last = Math.max(last + 1, hoursOf(now()));
      return firstOf(last, now());
    },
  };
}

/**
 * Epochs counted in a file, which names the first one that nobody has taken. It is written before
 * one is used, and never below the hours since 2020. A file that cannot be read is set aside as
 * `.corrupt` and named in the log. Written synchronously, once in 64 epochs: who asks needs the
 * answer at once.
 */
export function fileEpochs(file: string, now: () => number, log: BridgeHost["log"]): EpochSource {
  let next = 0;
  let taken = 0;
  return {
    next() {
      if (next >= taken) {
        next = Math.max(next, hoursOf(now()), readEpoch(file, log));
        taken = next + block;
        try {
          writeEpoch(file, taken);
        } catch (error) {
          log("warn", `${file} could not be written: ${messageOf(error)}`);
        }
      }
      next += 1;
      return firstOf(next - 1, now());
    },
  };
}

function readEpoch(file: string, log: BridgeHost["log"]): number {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) {
      log("warn", `${file} cannot be read: ${messageOf(error)}`);
    }
    return 0;
  }
  const epoch = /^\d{1,7}\n$/.test(text) ? Number(text) : maxEpoch + 1;
  if (epoch <= maxEpoch) return epoch;
  log("warn", `${file} is not a number of an epoch; it is set aside as epoch.corrupt`);
  try {
    renameSync(file, `${file}.corrupt`);
  } catch {
    // It is replaced by the next write.
  }
  return 0;
}

function writeEpoch(file: string, epoch: number): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const descriptor = openSync(`${file}.new`, "w", 0o600);
  try {
    writeSync(descriptor, `${epoch}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(`${file}.new`, file);
}

function hoursOf(nowMs: number): number {
  return Math.max(1, Math.floor((nowMs - firstHourMs) / hourMs));
}

/**
 * A place in the first half of an epoch that moves on with the clock: where the file was lost, or
 * there is none, an epoch may be taken again, and still its numbers are others.
 */
function firstOf(epoch: number, nowMs: number): number {
  if (epoch > maxEpoch) {
    throw new Error(
      "all numbers for sessions are used: remove the file `epoch` of the data folder",
    );
  }
  return epoch * epochSize + Math.floor(((nowMs % hourMs) / hourMs) * (epochSize / 2));
}
