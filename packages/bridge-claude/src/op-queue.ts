import type { ThreadOp } from "@fairlead/bridge-core";

/** The ops of one thread on their way to core, which always pulls. One reader; what it has not read yet is kept. */
export class OpQueue implements AsyncIterable<ThreadOp> {
  #ready: ThreadOp[] = [];
  #ended: { readonly error: unknown } | null = null;
  #wake: (() => void) | null = null;

  /** Adds ops; ignored after the end. */
  push(ops: readonly ThreadOp[]): void {
    if (this.#ended !== null || ops.length === 0) return;
    for (const op of ops) this.#ready.push(op);
    this.#wake?.();
  }

  /** No op follows. An error is thrown to the reader behind the last op. */
  end(error?: unknown): void {
    this.#ended ??= { error };
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<ThreadOp, void> {
    for (;;) {
      const batch = this.#ready;
      this.#ready = [];
      yield* batch;
      if (this.#ready.length > 0) continue;
      if (this.#ended !== null) {
        if (this.#ended.error !== undefined) throw this.#ended.error;
        return;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = null;
    }
  }
}
