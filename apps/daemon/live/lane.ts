/** One thing a live lane proves. */
export interface LiveRow {
  /** Short and stable: what `--only` takes. */
  readonly id: string;
  /** The sentence about the real program that it proves, as the committed table prints it. */
  readonly sentence: string;
  /** The version of the program it drives, in a lane of several. */
  readonly version?: string;
  /** The row that proves the same of the lane's main version. */
  readonly repeats?: string;
}

/** A lane that is ready to run. Dispose ends everything it started. */
export interface OpenLane extends AsyncDisposable {
  /**
   * Runs the row of this id. Rejects with the reason when it fails, or soon after the signal; with
   * {@link RowSkipped} when it cannot be run here.
   */
  run(id: string, signal: AbortSignal): Promise<void>;
}

/** What became of opening a lane. */
export type LaneOpening =
  | {
      readonly ok: true;
      readonly lane: OpenLane;
      /** The real program and its version: `claude 2.1.329`. */
      readonly title: string;
    }
  /** Something the lane needs is missing on this machine. */
  | { readonly ok: false; readonly reason: string };

/** Scenarios that drive one real program. */
export interface LiveLane {
  /** As it is named on the command line. */
  readonly name: string;
  readonly rows: readonly LiveRow[];
  /** What the versions of its rows are called in its table. Default: `Versions`. */
  readonly versionsAre?: string;
  /** What stands before its table in place of "through the daemon against the mock LLM". */
  readonly way?: string;
  /** How many rows may run at the same time. */
  readonly atOnce: number;
  /** True: it needs more than Node and npm, so that CI skips it where that is missing. Default: false. */
  readonly mayBeMissing?: boolean;
  open(): Promise<LaneOpening>;
}

/** A row needs what this machine has not: the message says what. */
export class RowSkipped extends Error {}
