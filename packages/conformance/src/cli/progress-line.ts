import { printable } from "../report/printable.ts";
import type { CliStreams } from "./streams.ts";

/** One line that is written over and over while a person waits. */
export interface ProgressLine {
  readonly show: (text: string) => void;
  /** Takes the line away: what follows starts on an empty one. */
  readonly clear: () => void;
}

const eraseLine = "\r\u001b[2K";

/** A progress line on standard error; nothing at all where nobody watches. */
export function progressLine({
  err,
  isTerminal,
}: Pick<CliStreams, "err" | "isTerminal">): ProgressLine {
  if (!isTerminal) return { show: () => {}, clear: () => {} };
  return {
    // Longer lines would wrap, and only their last row be erased.
    show: (text) => err(eraseLine + printable(text).replaceAll("\n", " ").slice(0, 78)),
    clear: () => err(eraseLine),
  };
}
