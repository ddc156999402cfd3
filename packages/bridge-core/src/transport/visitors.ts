import { isIPv6 } from "node:net";
import type { Refusal } from "./refusal.ts";

/** Limits of {@link Visitors}. */
export interface VisitorLimits {
  readonly maxConnections: number;
  /** Null = as many as there may be in all. */
  readonly maxPerAddress: number | null;
  /** Failed attempts of one address within a minute; one more is refused unheard. */
  readonly maxFailures: number;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

const windowMs = 60_000;
/** Connections of one address that say nothing yet, or ask over HTTP, beside those that entered. */
const spareOfAddress = 16;
/** Addresses whose failures are remembered; the one that failed first is forgotten for a new one. */
const maxRemembered = 1024;

interface Failures {
  readonly sinceMs: number;
  count: number;
}

/** Who is connected from where, and who has failed to identify itself too often. */
export class Visitors {
  readonly #limits: VisitorLimits;
  readonly #connections = new Map<string, number>();
  readonly #arrived = new Map<string, number>();
  readonly #failures = new Map<string, Failures>();
  #size = 0;

  constructor(limits: VisitorLimits) {
    this.#limits = limits;
  }

  /** Takes a place, until the returned function is called; or says why there is none. */
  enter(address: string | undefined): (() => void) | Refusal {
    const { maxConnections, maxPerAddress } = this.#limits;
    const origin = originOf(address);
    const own = this.#connections.get(origin) ?? 0;
    if (this.#size >= maxConnections) {
      const text = `this server takes ${maxConnections} connections at most: close another client first`;
      return { status: 503, text };
    }
    if (own >= (maxPerAddress ?? maxConnections)) {
      const text = `this server takes ${maxPerAddress} connections of one address at most: close another client first`;
      return { status: 429, text };
    }
    this.#size += 1;
    return counted(this.#connections, origin, () => (this.#size -= 1));
  }

  /**
   * Counts a connection before anything is known of it, until the returned function is called; null
   * when its address has too many, whoever is behind them.
   */
  arrive(address: string | undefined): (() => void) | null {
    const { maxPerAddress } = this.#limits;
    const origin = originOf(address);
    const own = this.#arrived.get(origin) ?? 0;
    if (maxPerAddress !== null && own >= maxPerAddress + spareOfAddress) return null;
    return counted(this.#arrived, origin, () => {});
  }

  /** A visitor could not say who it is. */
  failed(address: string | undefined): void {
    const origin = originOf(address);
    const known = this.#recent(origin);
    if (known !== undefined) {
      known.count += 1;
      return;
    }
    const [oldest] = this.#failures.keys();
    if (this.#failures.size >= maxRemembered && oldest !== undefined) this.#failures.delete(oldest);
    this.#failures.set(origin, { sinceMs: this.#limits.now(), count: 1 });
  }

  /** Why this address is not heard now; null = it is. */
  blocked(address: string | undefined): Refusal | null {
    const known = this.#recent(originOf(address));
    if (known === undefined || known.count < this.#limits.maxFailures) return null;
    const text = "too many failed attempts from this address: try again in a minute";
    return { status: 429, text };
  }

  #recent(origin: string): Failures | undefined {
    const known = this.#failures.get(origin);
    if (known === undefined || this.#limits.now() - known.sinceMs < windowMs) return known;
    this.#failures.delete(origin);
    return undefined;
  }
}

/** One more at a place; the function takes it back, once. */
function counted(counts: Map<string, number>, place: string, left: () => void): () => void {
  counts.set(place, (counts.get(place) ?? 0) + 1);
  let isIn = true;
  return () => {
    if (!isIn) return;
    isIn = false;
    left();
    const rest = (counts.get(place) ?? 1) - 1;
    if (rest > 0) counts.set(place, rest);
    else counts.delete(place);
  };
}

/** One visitor: an IPv4 address, or the /64 network of an IPv6 one, all of which one host may use. */
export function originOf(address: string | undefined): string {
  if (address === undefined) return "";
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address) || address === "::1") return address;
  const [bare = ""] = address.toLowerCase().split("%");
  const [head = "", tail = ""] = bare.split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === "" ? [] : tail.split(":");
  const zeros = bare.includes("::") ? Math.max(0, 8 - before.length - after.length) : 0;
  const groups = [...before, ...Array.from({ length: zeros }, () => "0"), ...after];
  return `${groups.slice(0, 4).join(":")}::/64`;
}
