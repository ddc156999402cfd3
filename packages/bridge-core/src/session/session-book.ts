import type { SessionLimits } from "./limits.ts";
import type { EpochSource } from "./epoch-source.ts";
import type { SessionNotice, SessionRequest } from "./session-notice.ts";
import { Session } from "./session.ts";

/** A session for a connection, and what to tell its client. */
export interface FoundSession {
  readonly session: Session;
  readonly notice: SessionNotice;
}

/** What all sessions of an agent share. */
export interface SessionBookOptions {
  readonly epochs: EpochSource;
  readonly limits: SessionLimits;
  readonly idleMs: number;
  readonly now: () => number;
  readonly mint: () => string;
  /** A session has ended. `successor`: its client is here again and goes on with that one instead. */
  readonly onEnd: (session: Session, successor: Session | null) => void;
}

/** Sessions without a connection that one device may have; the longest alone ends for a new one. */
const maxDetachedPerDevice = 4;
/** The same for all devices together. */
const maxDetached = 64;

/** Sessions before one that are remembered. */
const maxRanges = 8;

interface NumberRange {
  readonly first: number;
  readonly last: number;
}

/** The sessions of one agent, and which of them a connection gets. */
export class SessionBook implements Disposable {
  readonly #options: SessionBookOptions;
  readonly #sessions = new Set<Session>();
  /** Numbers of the sessions one stands for: its own, and those of the ones it came after. */
  readonly #numbers = new WeakMap<Session, readonly NumberRange[]>();
  /** While a session ends for another one. */
  #successor: Session | null = null;

  constructor(options: SessionBookOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** A session that ends with its connection. */
  anonymous(): Session {
    return this.#open(null, null, false);
  }

  /** The session a client of a device goes on with, or a new one. */
  find({ device, cursor }: SessionRequest): FoundSession {
    const known = cursor === null ? undefined : this.#owner(device, cursor);
    if (known !== undefined && cursor !== null && known.state.canResume(cursor)) {
      const notice = { attached: "resumed", seq: cursor, floor: known.state.floor } as const;
      return { session: known, notice };
    }
    const base = this.#options.epochs.next();
    if (known === undefined) this.#makeRoom(device);
    const session = this.#open(device, base, cursor !== null);
    const numbers = known === undefined ? [] : this.#numbersOf(known);
    this.#numbers.set(session, [...numbers, { first: base, last: base }].slice(-maxRanges));
    // Nobody can come back to it: its client is here, and has lost it.
    this.#successor = session;
    known?.end(4001, "another connection of this client took the session over");
    this.#successor = null;
    const { head: seq, floor } = session.state;
    return { session, notice: { attached: cursor === null ? "fresh" : "drift", seq, floor } };
  }

  /** Ends all of them. */
  [Symbol.dispose](): void {
    for (const session of this.#sessions) session.end(1001, "Fairlead is shutting down");
  }

  #owner(device: string, cursor: number): Session | undefined {
    for (const session of this.#sessions) {
      if (session.device === device && session.state.owns(cursor)) return session;
    }
    // Its client was lost again before its handshake: it has seen nothing of what came after.
    for (const session of this.#sessions) {
      if (session.device !== device || session.client !== null) continue;
      const ranges = this.#numbers.get(session) ?? [];
      if (ranges.some(({ first, last }) => cursor >= first && cursor <= last)) return session;
    }
    return undefined;
  }

  #numbersOf(session: Session): readonly NumberRange[] {
    const ranges = this.#numbers.get(session) ?? [];
    const own = ranges.at(-1);
    if (own === undefined) return [];
    return [...ranges.slice(0, -1), { ...own, last: session.state.head }];
  }

  #open(device: string | null, base: number | null, hasLost: boolean): Session {
    const { limits, idleMs, now, mint, onEnd } = this.#options;
    const session = new Session({
      id: mint(),
      device,
      base,
      hasLost,
      limits,
      idleMs,
      now,
      onEnd: (ended) => {
        this.#sessions.delete(ended);
        onEnd(ended, this.#successor);
      },
    });
    this.#sessions.add(session);
    return session;
  }

  #makeRoom(device: string): void {
    const detached = [...this.#sessions]
      .filter((session) => session.device !== null && !session.state.isAttached)
      .toSorted((one, other) => one.state.detachedAtMs - other.state.detachedAtMs);
    const own = detached.filter((session) => session.device === device);
    const [oldest] = detached.length >= maxDetached ? detached : [];
    const [oldestOwn] = own.length >= maxDetachedPerDevice ? own : [];
    (oldestOwn ?? oldest)?.end();
  }
}
