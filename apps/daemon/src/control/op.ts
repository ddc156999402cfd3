/** What an op of the control socket gets beside its params. */
export interface ControlContext {
  /** Aborted when the caller is gone. */
  readonly signal: AbortSignal;
  /** Tells the caller something before the answer: a device that waits, progress. */
  readonly emit: (event: unknown) => void;
}

/**
 * One thing the running daemon does for the command line, by name: `status`, `devices/list`. Checks
 * its own params; rejects with a sentence for the person who typed the command.
 */
export type ControlOp = (params: unknown, context: ControlContext) => Promise<unknown>;

/** Ops by name. */
export type ControlOps = Readonly<Record<string, ControlOp>>;
