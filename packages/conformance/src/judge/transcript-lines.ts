import { field, isRecord, numberField, stringField } from "../read.ts";
import { type Dir, DirectionGuess } from "./direction.ts";

/** A line of a transcript that says something. */
export type TranscriptEntry =
  | {
      readonly type: "frame";
      readonly client: string;
      readonly dir: Dir;
      readonly frame: unknown;
      /** In the file, from 1. */
      readonly line: number;
    }
  /** Text the client sent past its own framing: no frame, but a request in it is answered too. */
  | {
      readonly type: "raw";
      readonly client: string;
      readonly frame: unknown;
      readonly line: number;
    }
  | { readonly type: "disconnect"; readonly client: string };

/** A transcript, read. */
export interface Transcript {
  readonly entries: readonly TranscriptEntry[];
  /** How many lines hold neither a frame nor a connection's beginning or end; blank ones aside. */
  readonly ignored: number;
  /** A recording of our own recorder, which ends when its script has ended. */
  readonly isWhole: boolean;
}

/** Reads JSON lines made here or elsewhere. Never throws. */
export function readTranscript(text: string): Transcript {
  const guesses = new Map<string, DirectionGuess>();
  const entries: TranscriptEntry[] = [];
  let ignored = 0;
  let isWhole = false;
  for (const [index, source] of text.split("\n").entries()) {
    if (source.trim() === "") continue;
    const value = parsed(source);
    const client = clientOf(value);
    if (stringField(value, "recording") !== undefined) isWhole = true;
    const event = stringField(value, "event");
    if (event === "disconnect") entries.push({ type: "disconnect", client });
    if (event === "disconnect" || event === "connect") continue;
    const guess = guesses.get(client) ?? new DirectionGuess();
    guesses.set(client, guess);
    const found = frameOf(value, guess);
    if (found === undefined) {
      ignored += 1;
      const raw = field(value, "dir") === "send" ? stringField(value, "raw") : undefined;
      const frame = raw === undefined ? undefined : parsed(raw);
      const asks = stringField(frame, "method") !== undefined;
      if (asks) entries.push({ type: "raw", client, frame, line: index + 1 });
      continue;
    }
    guess.note(found.dir, found.frame);
    entries.push({ type: "frame", client, ...found, line: index + 1 });
  }
  return { entries, ignored, isWhole };
}

function frameOf(
  value: unknown,
  guess: DirectionGuess,
): { readonly dir: Dir; readonly frame: unknown } | undefined {
  const dir = field(value, "dir");
  if (dir === undefined) {
    const guessed = guess.of(value);
    return guessed === undefined ? undefined : { dir: guessed, frame: value };
  }
  if ((dir !== "send" && dir !== "recv") || !isRecord(value) || !("frame" in value)) {
    return undefined;
  }
  return { dir, frame: value["frame"] };
}

/** Recordings of several connections name each, or number them. */
function clientOf(value: unknown): string {
  const number = numberField(value, "conn");
  return stringField(value, "client") ?? (number === undefined ? "a" : `connection ${number}`);
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
