import type { Step } from "./frame.ts";
import type { ThreadLedger } from "./thread-ledger.ts";
import type { Finding, LawName } from "./violation.ts";

/** What a law is given. */
export interface LawContext {
  readonly report: (finding: Finding) => void;
  /** The threads as the frames before the current one left them. */
  readonly ledger: ThreadLedger;
  /** True when the client asked in `initialize` not to get this notification. */
  readonly optedOut: (method: string) => boolean;
}

/** One law over a stream of frames. */
export interface Law {
  see(step: Step): void;
  /** The client came back to its session: the stream goes on, and what is open is told again. */
  reattach?(): void;
  /** The connection ended: what was pending on it is forgiven. */
  disconnect?(): void;
  /** The stream is over: what was promised and never came is reported. */
  finish?(): void;
}

/** A law by name, made anew for each stream. */
export interface LawEntry {
  readonly name: LawName;
  readonly create: (context: LawContext) => Law;
}
