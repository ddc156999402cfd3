import type { SessionLink } from "../../src/session/attachment.ts";
import type { SessionLimits } from "../../src/session/limits.ts";
import type { Remembered } from "../../src/session/request-cache.ts";
import type { SessionState } from "../../src/session/session-state.ts";

/** Small, so that every bound is met in a short schedule. */
export const limits: SessionLimits = {
  ringFrames: 24,
  ringLength: 6000,
  windowBytes: 500,
  outboxLength: 2500,
  mergedLength: 250,
  answers: 6,
  answersLength: 1200,
};

export const idleMs = 1000;
export const epochSize: number = 2 ** 32;
const longest = 2000;

/** Breaks the schedule: what is said is what went wrong. */
export function must(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what);
}

/** A connection whose frames stay under way until the schedule delivers them. */
export class ModelLink implements SessionLink {
  readonly flight: string[] = [];
  /** Questions that arrived over it. */
  readonly asked: Set<number> = new Set();
  readonly #onSend: (text: string) => void;
  #buffered = 0;
  /** Set when the server ended it. */
  closed: number | null = null;

  constructor(onSend: (text: string) => void) {
    this.#onSend = onSend;
  }

  send(text: string): number {
    must(this.closed === null, "a frame was sent over a connection that is closed");
    this.#onSend(text);
    this.flight.push(text);
    this.#buffered += text.length;
    must(this.#buffered <= limits.windowBytes + 4 * longest, "a connection was overfed");
    return this.#buffered;
  }

  close(code: number): void {
    this.closed = code;
  }

  take(): string | undefined {
    const text = this.flight.shift();
    this.#buffered -= text?.length ?? 0;
    return text;
  }
}

/** One session of the model daemon, with all that was ever told to it. */
export interface ModelSession {
  readonly state: SessionState;
  readonly device: string;
  /** What its client must hear, piece by piece. */
  readonly told: string[];
  readonly running: { readonly ticket: Remembered; readonly uid: string }[];
  readonly runs: Map<string, number>;
  /** Requests in the order of their answers. */
  readonly finished: string[];
  /** Newest number when something too long for the ring came last. */
  oversizedAt: number;
}

export interface Pending {
  readonly uid: string;
  readonly print: string;
  /** The connection it was first sent over; null when it was never sent. */
  firstOver: ModelLink | null;
}

/** A client as a good one is: it remembers what it saw and asks again what was not answered. */
export interface ModelClient {
  readonly device: string;
  cursor: number | null;
  link: ModelLink | null;
  session: ModelSession | null;
  heard: string[];
  /** Questions it has seen since it began anew, and those it shows now. */
  readonly asked: Set<number>;
  readonly shown: Set<number>;
  /** The answers it got. */
  readonly answers: Set<unknown>;
  readonly pending: Map<number, Pending>;
  nextId: number;
}

export function questionText(id: number): string {
  return JSON.stringify({ id, method: "item/commandExecution/requestApproval", params: {} });
}

export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
