import type { BridgeHost } from "../adapter.ts";

/** Bounds of a wait. */
export interface Patience {
  readonly ms: number;
  /** Ends the wait: it rejects with the reason. */
  readonly signal: AbortSignal;
  /** What it rejects with when the time has passed. */
  readonly late: () => Error;
}

/** What this resolves with. Rejects when it does, when it is late, or at the signal. */
export async function unlessLate<T>(
  host: Pick<BridgeHost, "sleep">,
  work: Promise<T>,
  { ms, signal, late }: Patience,
): Promise<T> {
  signal.throwIfAborted();
  const done = new AbortController();
  const over = AbortSignal.any([signal, done.signal]);
  const passed = host.sleep(ms, { signal: over }).then(() => Promise.reject(late()));
  // What loses the race is not waited for.
  passed.catch(() => {});
  work.catch(() => {});
  try {
    return await Promise.race([work, passed]);
  } catch (error) {
    // A sleep that is cut short has words of its own.
    throw signal.aborted ? signal.reason : error;
  } finally {
    done.abort();
  }
}
