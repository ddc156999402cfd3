import type { Step } from "./frame.ts";

/** The laws of the wire. `README.md` says what each demands. */
export type LawName =
  | "envelope"
  | "turn-once"
  | "turn-end"
  | "item-life"
  | "item-text"
  | "stable-ids"
  | "schema"
  | "times"
  | "error-codes"
  | "steer"
  | "server-request";

/** One broken law. */
export interface Violation {
  readonly law: LawName;
  /** The clause of the law, stable enough to compare in tests: `open-at-turn-end`. */
  readonly clause: string;
  /** One sentence that names what is wrong. */
  readonly message: string;
  /** What an exception may match on: `{ itemType: "agentMessage", turnStatus: "interrupted" }`. */
  readonly facts: Readonly<Record<string, string>>;
  /** Position of `frame` in the stream, both directions counted together, from 0. */
  readonly frameIndex: number;
  /** The offending frame; for something that never came, the frame that promised it. */
  readonly frame: unknown;
}

/** A broken law that the profile of a checker allows, and why. */
export interface AllowedViolation extends Violation {
  readonly reason: string;
}

/** What a law says to the checker. */
export interface Finding {
  readonly clause: string;
  readonly message: string;
  readonly facts?: Readonly<Record<string, string>>;
  readonly at: Pick<Step, "index" | "frame">;
}
