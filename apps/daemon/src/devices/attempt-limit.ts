import { putBounded } from "./bounded-map.ts";
import type { Clock } from "./clock.ts";

/** Bounds of {@link AttemptLimit}. */
export interface AttemptBounds {
  /** Of one place, per window. */
  readonly perOrigin: number;
  /** Of all places together, per window. */
  readonly overall: number;
  readonly windowMs: number;
}

interface Count {
  readonly sinceMs: number;
  readonly attempts: number;
}

/** Most places that are counted one by one; of more, the one counted longest ago is forgotten. */
const maxOrigins = 1024;

/** Counts attempts per place they come from, so that nobody can go on trying. */
export class AttemptLimit {
  readonly #clock: Clock;
  readonly #bounds: AttemptBounds;
  readonly #counts = new Map<string, Count>();
  #all: Count = { sinceMs: 0, attempts: 0 };

  constructor(clock: Clock, bounds: AttemptBounds) {
    this.#clock = clock;
    this.#bounds = bounds;
  }

  /** Whether a place has to wait. */
  reached(origin: string): boolean {
    const { perOrigin, overall } = this.#bounds;
    const own = this.#current(this.#counts.get(placeOf(origin)));
    return own.attempts >= perOrigin || this.#current(this.#all).attempts >= overall;
  }

  /** Counts one attempt. */
  count(origin: string): void {
    const place = placeOf(origin);
    const own = this.#current(this.#counts.get(place));
    this.#all = more(this.#current(this.#all));
    putBounded(this.#counts, place, more(own), maxOrigins);
  }

  #current(count: Count | undefined): Count {
    const now = this.#clock.now();
    const age = now - (count?.sinceMs ?? 0);
    // Below zero: the clock was set back, and nobody shall wait for it.
    const over = count === undefined || age < 0 || age >= this.#bounds.windowMs;
    return over ? { sinceMs: now, attempts: 0 } : count;
  }
}

/** The same for every connection of one machine: without the port. */
function placeOf(origin: string): string {
  return origin.replace(/:\d+$/u, "");
}

function more({ sinceMs, attempts }: Count): Count {
  return { sinceMs, attempts: attempts + 1 };
}
