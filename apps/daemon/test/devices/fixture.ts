import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Clock } from "../../src/devices/clock.ts";

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "fairlead-devices-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A clock that moves when it is told to. */
export class TestClock implements Clock {
  #now = 1_700_000_000_000;
  #timers: { at: number; readonly call: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(delayMs: number, call: () => void): () => void {
    const timer = { at: this.#now + delayMs, call };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** How many calls are still to come. */
  get waiting(): number {
    return this.#timers.length;
  }

  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const [next] = this.#timers.filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#now = Math.max(this.#now, next.at);
      this.#timers = this.#timers.filter((other) => other !== next);
      next.call();
    }
    this.#now = end;
  }

  /** Sets the clock, as an operator or a time server does: what waits goes on waiting as long. */
  jump(ms: number): void {
    this.#now += ms;
    for (const timer of this.#timers) timer.at += ms;
  }
}

/** What was logged, as sentences. */
export class TestLog {
  readonly warnings: string[] = [];
  readonly log = (level: "debug" | "warn", message: string): void => {
    if (level === "warn") this.warnings.push(message);
  };
}

/** `id-1`, `id-2`, … */
export function counter(prefix = "id"): () => string {
  let last = 0;
  return () => `${prefix}-${(last += 1)}`;
}
