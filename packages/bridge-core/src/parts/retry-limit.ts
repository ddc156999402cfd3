import type { Failure, ThreadOp } from "../ops.ts";

/** For agents that would try a failing request to their model for ever. */
export class RetryLimit {
  readonly #maxFailures: number;
  readonly #stop: () => void;
  readonly #failures = new Map<string | null, number>();
  #reason: Failure | null = null;

  /** `stop` ends the turn when the same request has failed so often. */
  constructor(maxFailures: number, stop: () => void) {
    this.#maxFailures = maxFailures;
    this.#stop = stop;
  }

  /** Each op as it is to be told: what was stopped has failed. */
  pass(op: ThreadOp): ThreadOp {
    const thread = op.thread ?? null;
    if (op.op === "retry") {
      const failures = (this.#failures.get(thread) ?? 0) + 1;
      this.#failures.set(thread, failures);
      if (failures < this.#maxFailures || this.#reason !== null) return op;
      this.#reason = op.failure;
      this.#stop();
    }
    if (op.op === "usage" || op.op === "end") this.#failures.delete(thread);
    if (op.op !== "end" || thread !== null || this.#reason === null) return op;
    const failure = this.#reason;
    this.#reason = null;
    return { ...op, status: "failed", failure };
  }
}
