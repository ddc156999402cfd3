import type { LawChecker, LawCheckerOptions } from "../law-checker.ts";
import { createLawChecker } from "../law-checker.ts";
import { type FrameId, idKey } from "../frame.ts";
import { field, stringField } from "../read.ts";
import type { AllowedViolation, Violation } from "../violation.ts";
import { type TranscriptEntry, readTranscript } from "./transcript-lines.ts";

/** Where a transcript shows something. */
interface TranscriptPlace {
  /** Name of the connection; `a` where the transcript names none. */
  readonly client: string;
  /** Line of `frame` in the transcript, from 1. */
  readonly line: number;
}

/** A broken law, and where the transcript shows it. */
export interface TranscriptViolation extends Violation, TranscriptPlace {}

/** A broken law that the profile allows, why, and where the transcript shows it. */
export interface TranscriptException extends AllowedViolation, TranscriptPlace {}

/** What is to be said of a transcript. */
export interface TranscriptJudgement {
  readonly frames: number;
  /** Lines that hold no frame, such as headers and notes. Blank lines are not counted. */
  readonly ignored: number;
  /** Connections, by name. */
  readonly clients: number;
  /** By line. `frameIndex` counts the frames of the one client. */
  readonly violations: readonly TranscriptViolation[];
  /** What the profile `codex` allows, by line; empty with `fairlead`. */
  readonly allowed: readonly TranscriptException[];
}

interface Judged {
  readonly checker: LawChecker;
  readonly lines: number[];
  hasBegun: boolean;
}

/**
 * Holds a recording made elsewhere to the laws and the schema. A line is a frame, or
 * `{"dir":"send"|"recv","frame":{…}}` with `send` = client to server, both with `"client"` when
 * there are several connections: each is checked by itself. `{"client":"b","event":"disconnect"}`
 * ends one; a second successful `initialize` begins a new one too.
 *
 * A recording may be cut: what still runs or waits at its end is not held against it, unless its
 * header says `"recording"`, as those of the project's own recorder do; those are whole. Pure; never
 * throws.
 */
export function judgeTranscript(
  text: string,
  options: Pick<LawCheckerOptions, "profile"> = {},
): TranscriptJudgement {
  const { entries, ignored, isWhole } = readTranscript(text);
  const beginnings = successfulInitializes(entries);
  const clients = new Map<string, Judged>();
  let frames = 0;
  for (const entry of entries) {
    const judged = clients.get(entry.client) ?? {
      checker: createLawChecker(options),
      lines: [],
      hasBegun: false,
    };
    clients.set(entry.client, judged);
    if (entry.type === "disconnect") {
      judged.checker.disconnect();
      continue;
    }
    if (beginnings.has(entry)) {
      if (judged.hasBegun) judged.checker.disconnect();
      judged.hasBegun = true;
    }
    if (entry.type === "frame") frames += 1;
    judged.lines.push(entry.line);
    if (entry.type === "raw" || entry.dir === "send") judged.checker.send(entry.frame);
    else judged.checker.receive(entry.frame);
  }
  for (const { checker } of clients.values()) {
    if (!isWhole) checker.disconnect();
    checker.finish();
  }
  /** What every client's checker found, with its place, by line. */
  const placed = <T extends Violation>(
    found: (checker: LawChecker) => readonly T[],
  ): readonly (T & TranscriptPlace)[] =>
    [...clients]
      .flatMap(([client, { checker, lines }]) =>
        found(checker).map((one) => ({ ...one, client, line: lines[one.frameIndex] ?? 0 })),
      )
      .toSorted((one, other) => one.line - other.line);
  const violations = placed((checker) => checker.violations);
  const allowed = placed((checker) => checker.allowed);
  return { frames, ignored, clients: clients.size, violations, allowed };
}

/** The `initialize` requests that were answered with a result: each is a connection's first. */
function successfulInitializes(entries: readonly TranscriptEntry[]): ReadonlySet<TranscriptEntry> {
  const asked = new Map<string, TranscriptEntry>();
  const successful = new Set<TranscriptEntry>();
  for (const entry of entries) {
    if (entry.type !== "frame") continue;
    const id = field(entry.frame, "id");
    if (!isFrameId(id)) continue;
    const key = `${entry.client} ${idKey(id)}`;
    if (entry.dir === "send") {
      if (stringField(entry.frame, "method") === "initialize") asked.set(key, entry);
    } else {
      const request = asked.get(key);
      const answers = field(entry.frame, "method") === undefined;
      if (request === undefined || !answers) continue;
      asked.delete(key);
      if (field(entry.frame, "result") !== undefined) successful.add(request);
    }
  }
  return successful;
}

function isFrameId(value: unknown): value is FrameId {
  return typeof value === "string" || typeof value === "number";
}
