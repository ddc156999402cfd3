import type { LawChecker, LawCheckerOptions } from "./law-checker.ts";
import { createLawChecker } from "./law-checker.ts";
import { field, isRecord, stringField } from "./read.ts";
import type { Violation } from "./violation.ts";

/** One line of a recording that holds a frame. */
export interface RecordedFrame {
  /** Name of the connection. Absent = `a`, the first. */
  readonly client?: string;
  readonly dir: "send" | "recv";
  readonly frame: unknown;
}

/** How a recording is checked. */
export interface RecordingOptions extends LawCheckerOptions {
  /**
   * True for a recording that was cut off: what was still promised at its end is not held against
   * it. Default false.
   */
  readonly cut?: boolean;
}

/**
 * The frames in the lines of a recording (JSONL): each line is `{ dir, frame }`, with `client` where
 * there are several connections. Other lines (the header, notes, frames that were no JSON) are left
 * out. Throws on a line that is no JSON; recordings made elsewhere are for `judgeTranscript`.
 */
export function parseRecording(text: string): readonly RecordedFrame[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .flatMap((line) => {
      const entry: unknown = JSON.parse(line);
      const dir = stringField(entry, "dir");
      if ((dir !== "send" && dir !== "recv") || !isRecord(entry) || !("frame" in entry)) return [];
      const client = stringField(entry, "client");
      return [{ ...(client !== undefined && { client }), dir, frame: field(entry, "frame") }];
    });
}

/**
 * Checks frames, each client by itself. A client's frames are taken for one connection: where
 * connections end, a checker of its own or `judgeTranscript` knows better.
 */
export function checkFrames(
  frames: Iterable<RecordedFrame>,
  options: RecordingOptions = {},
): readonly Violation[] {
  const checkers = new Map<string, LawChecker>();
  for (const { client = "a", dir, frame } of frames) {
    const checker = checkers.get(client) ?? createLawChecker(options);
    checkers.set(client, checker);
    if (dir === "send") checker.send(frame);
    else checker.receive(frame);
  }
  return [...checkers.values()].flatMap((checker) => {
    if (options.cut === true) checker.disconnect();
    return checker.finish();
  });
}

/** As `checkFrames`, and throws an error that lists every violation. For tests. */
export function assertLaws(frames: Iterable<RecordedFrame>, options: RecordingOptions = {}): void {
  assertNoViolations(checkFrames(frames, options));
}

/**
 * Throws an error that lists the violations, when there are any. For tests that feed a checker
 * themselves.
 */
export function assertNoViolations(violations: readonly Violation[]): void {
  if (violations.length === 0) return;
  const lines = violations.map(describe);
  throw new Error(`Broken laws of the wire (${violations.length}):\n${lines.join("\n")}`);
}

function describe({ law, clause, message, frameIndex, frame }: Violation): string {
  const text = JSON.stringify(frame) ?? String(frame);
  const shown = text.length > 300 ? `${text.slice(0, 300)}…` : text;
  return `- ${law}/${clause}: ${message}\n    frame ${frameIndex}: ${shown}`;
}
