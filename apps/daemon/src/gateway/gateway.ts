import { join } from "node:path";
import {
  defaultSessionLimits,
  fileEpochs,
  type FoundSession,
  messageOf,
  type Session,
  SessionBook,
} from "@fairlead/bridge-core/session";
import type { EndpointRequest, OpenEndpoint } from "@fairlead/bridge-core";
import type { AgentEntry } from "../agents/agent-entry.ts";
import type { Principal } from "../devices/principal.ts";
import { AgentRules } from "./agent-rules.ts";
import { ClientConnection } from "./client-connection.ts";
import { ClientSeat } from "./client-seat.ts";
import { Ledger } from "./ledger.ts";
import { LostLinks } from "./lost-links.ts";
import type { GatewayParts } from "./parts.ts";
import { PrincipalWatch } from "./principal-watch.ts";
import { RequestIds } from "./request-ids.ts";
import { ThreadDirectory } from "./thread-directory.ts";
import { TurnWatch, type UnseenTurn } from "./turn-watch.ts";
import { UnifiedRules } from "./unified-rules.ts";
import { UnifiedShared } from "./unified-shared.ts";
import type { Gateway, GatewayOptions, GatewayState, SessionSummary } from "./types.ts";

/** A session of the gateway, and who it is of. */
interface Place {
  readonly session: Session;
  readonly seat: ClientSeat;
  readonly client: string | null;
  /** Newest number of the session its client lost; null when it lost none. */
  readonly lostHead: number | null;
}

/**
 * The gateway of a daemon. Dispose ends every client and writes what is to be known at the next
 * start.
 */
export function createGateway(options: GatewayOptions): Gateway {
  return new SessionGateway(options);
}

class SessionGateway implements Gateway {
  readonly #options: GatewayOptions;
  readonly #parts: GatewayParts;
  readonly #unified: UnifiedShared;
  readonly #sessions: SessionBook;
  readonly #places = new Map<Session, Place>();
  readonly #connections = new Set<ClientConnection>();
  readonly #principals = new PrincipalWatch();
  /** Turns that go on without a client. */
  readonly #watches = new Set<TurnWatch>();
  #isDisposed = false;

  constructor(options: GatewayOptions) {
    const { agents, stateDir, observer, log, now = Date.now, limits = {} } = options;
    this.#options = options;
    const epochs = fileEpochs(join(stateDir, "epoch"), now, log);
    this.#parts = {
      agents,
      ledger: new Ledger({ stateDir, observer, log }),
      directory: new ThreadDirectory(stateDir, log),
      requestIds: new RequestIds(epochs),
      lostLinks: new LostLinks(),
      observer,
      log,
      now,
    };
    const { defaultAgent } = options;
    this.#unified = new UnifiedShared({ stateDir, defaultAgent, log });
    this.#sessions = new SessionBook({
      epochs,
      limits: {
        ...defaultSessionLimits,
        ringFrames: limits.ringFrames ?? defaultSessionLimits.ringFrames,
        ringLength: limits.ringBytes ?? defaultSessionLimits.ringLength,
      },
      idleMs: limits.sessionIdleMs ?? 10 * 60_000,
      now,
      mint: () => crypto.randomUUID(),
      onEnd: (session, successor) => this.#sessionEnded(session, successor),
    });
  }

  get state(): GatewayState {
    const { turns, approvals, cutTurns } = this.#parts.ledger;
    const sessions = [...this.#places.values()].map(summaryOf);
    return { sessions, turns, approvals, cutTurns };
  }

  open(principal: Principal, wanted: EndpointRequest): OpenEndpoint | { readonly refusal: string } {
    if (this.#isDisposed) return { refusal: stopping };
    if (principal.ended.aborted) return { refusal: revoked };
    const entry = wanted.endpoint === null ? null : this.#parts.agents.find(wanted.endpoint);
    if (entry === undefined) {
      const names = this.#parts.agents.names.join(", ");
      const refusal = `agent \`${String(wanted.endpoint)}\` is disabled or unknown: use one of ${names}`;
      return { refusal };
    }
    const client = wanted.session?.name ?? null;
    const owner = JSON.stringify([principal.id, entry?.name ?? null, client]);
    let found: FoundSession | null = null;
    try {
      const cursor = wanted.session?.cursor ?? null;
      if (wanted.session != null) found = this.#sessions.find({ device: owner, cursor });
    } catch (error) {
      return { refusal: messageOf(error) };
    }
    const session = found?.session ?? this.#sessions.anonymous();
    const seat = this.#seatOf(session, principal, entry, found === null ? null : owner, client);
    seat.principal = principal;
    this.#principals.watch(principal, session, () => session.end(4003, revoked));
    const attached = found?.notice.attached ?? "fresh";
    this.#parts.observer.sessionOpened?.(principal, entry?.name ?? null, attached);
    const lostAfter = attached === "drift" ? (wanted.session?.cursor ?? null) : null;
    if (lostAfter !== null) {
      this.#parts.ledger.apply({ type: "begun", owner, cursor: lostAfter });
    }
    const missed = (this.#places.get(session)?.lostHead ?? 0) - (lostAfter ?? Infinity);
    if (missed > 0) this.#parts.observer.framesDropped?.(missed);
    return {
      session: found?.notice ?? null,
      take: (transport) => {
        const { stateDir: home } = this.#options;
        const parts = this.#parts;
        const connection = new ClientConnection({
          transport,
          session,
          seat,
          parts,
          home,
          lostAfter,
        });
        if (session.closed.aborted) {
          return this.#isDisposed
            ? connection.close(1001, stopping)
            : connection.close(4003, revoked);
        }
        this.#connections.add(connection);
        void connection.ended.then(() => this.#connections.delete(connection));
        session.attach(connection, found?.notice.seq ?? 0);
        if (found?.notice.attached !== "resumed") return;
        const { seq: cursor } = found.notice;
        parts.ledger.apply({ type: "returned", seat: seat.seat.seat, cursor });
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    const gone = [...this.#connections].map(({ ended }) => ended);
    this.#sessions[Symbol.dispose]();
    for (const watch of this.#watches) watch.end();
    this.#parts.directory[Symbol.dispose]();
    await Promise.all(gone);
  }

  #seatOf(
    session: Session,
    principal: Principal,
    entry: AgentEntry | null,
    owner: string | null,
    client: string | null,
  ): ClientSeat {
    const known = this.#places.get(session);
    if (known !== undefined) return known.seat;
    const parts = this.#parts;
    const rules =
      entry === null ? new UnifiedRules(parts, this.#unified) : new AgentRules(entry, parts);
    const named = { seat: session.id, owner };
    const endpoint = entry?.name ?? null;
    const seat = new ClientSeat({ seat: named, endpoint, rules, principal, session }, parts);
    this.#places.set(session, { session, seat, client, lostHead: null });
    return seat;
  }

  #sessionEnded(session: Session, successor: Session | null): void {
    const place = this.#places.get(session);
    this.#places.delete(session);
    this.#principals.forget(session);
    if (place === undefined) return;
    if (successor === null) return this.#seatEnded(place.seat);
    place.seat.park();
    const lostHead = session.state.head;
    this.#places.set(successor, { ...place, session: successor, lostHead });
  }

  #seatEnded(seat: ClientSeat): void {
    const unseen = seat.turns;
    seat.end();
    const seen = new Set(
      [...this.#places.values()].flatMap((place) => place.seat.turns).map(keyOf),
    );
    for (const turn of unseen.filter((one) => !seen.has(keyOf(one)))) {
      const entry = this.#parts.agents.find(turn.agent);
      if (entry === undefined || this.#isDisposed) this.#parts.ledger.ended(turn, null);
      else {
        const onEnd = (watch: TurnWatch): void => void this.#watches.delete(watch);
        this.#watches.add(new TurnWatch(turn, entry, this.#parts, onEnd));
      }
    }
  }
}

function keyOf({ agent, threadId, turnId }: UnseenTurn): string {
  return `${agent} ${threadId} ${turnId}`;
}

const stopping = "Fairlead is shutting down";
const revoked =
  "This device was revoked, or what it may do was changed: connect again, and pair again if that is refused.";

function summaryOf({ session, seat, client }: Place): SessionSummary {
  const { held, isAttached } = session.state;
  return {
    device: seat.principal.id,
    client,
    endpoint: seat.endpoint,
    connected: isAttached,
    ringFrames: held.frames,
    ringBytes: held.ring,
  };
}
