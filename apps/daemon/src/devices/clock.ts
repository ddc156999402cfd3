/** Time, as the parts that wait see it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls once after a delay, unless the returned function is called first. Keeps no process alive. */
  after(delayMs: number, call: () => void): () => void;
}

/** The time of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, call) {
    const timer = setTimeout(call, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
