/** A turn that one client has seen start. */
export interface LedgerTurn {
  /** The client's session of this life of the daemon. */
  readonly seat: string;
  /** Who may come back for it in another session or life; null when nobody can. */
  readonly owner: string | null;
  readonly agent: string;
  readonly threadId: string;
  readonly turnId: string;
  readonly startedAtMs: number;
  /**
   * Number under which its client was told that it ended, {@link untold} when it was not; null while
   * it runs. Kept until the client proves that it has seen that number.
   */
  readonly endedAt: number | null;
  /** Its session is over; its client is told when it comes back. */
  readonly owed: boolean;
}

/** A server request that one client was asked. */
export interface LedgerRequest {
  readonly seat: string;
  readonly owner: string | null;
  readonly agent: string;
  /** Empty when it is of no thread. */
  readonly threadId: string;
  readonly requestId: string;
  readonly method: string;
  readonly askedAtMs: number;
  readonly owed: boolean;
}

/** What clients have open. Oldest first. */
export interface LedgerState {
  readonly turns: readonly LedgerTurn[];
  readonly requests: readonly LedgerRequest[];
}

/** Of whom an event is. */
export interface LedgerSeat {
  readonly seat: string;
  readonly owner: string | null;
}

/** What changes a {@link LedgerState}. */
export type LedgerEvent =
  | (LedgerSeat & {
      readonly type: "turnStarted";
      readonly agent: string;
      readonly threadId: string;
      readonly turnId: string;
      readonly atMs: number;
    })
  | {
      readonly type: "turnEnded";
      readonly seat: string;
      readonly agent: string;
      readonly threadId: string;
      readonly turnId: string;
      /** Number under which its client was told; {@link untold} when it was not. */
      readonly at: number;
    }
  | (LedgerSeat & {
      readonly type: "asked";
      readonly agent: string;
      readonly threadId: string;
      readonly requestId: string;
      readonly method: string;
      readonly atMs: number;
    })
  | { readonly type: "resolved"; readonly seat: string; readonly requestId: string }
  /** A client is back in its session, and has seen everything up to `cursor`. */
  | { readonly type: "returned"; readonly seat: string; readonly cursor: number }
  /** A session is over. */
  | { readonly type: "left"; readonly seat: string }
  /**
   * A client that has seen everything up to `cursor` gets a session with numbers of its own: by those
   * it cannot be told what it has seen of the sessions before.
   */
  | { readonly type: "begun"; readonly owner: string; readonly cursor: number }
  /**
   * A client that is owed something, and has seen everything up to `cursor`, is here again in another
   * session: its turns are now of that one, until their ends are told there.
   */
  | (LedgerSeat & { readonly type: "taken"; readonly cursor: number });

/** Entries of each kind that are kept; the oldest go first. */
const maxEntries = 500;
/** Ended turns of one client that are kept. */
const maxEnded = 20;

/** Higher than every number a client has seen. */
export const untold: number = Number.MAX_SAFE_INTEGER;

/** Nothing is open. */
export const emptyLedger: LedgerState = { turns: [], requests: [] };

/** What is open after an event. The same state when it changes nothing. */
export function reduceLedger(state: LedgerState, event: LedgerEvent): LedgerState {
  switch (event.type) {
    case "turnStarted": {
      const { seat, owner, agent, threadId, turnId, atMs: startedAtMs } = event;
      if (state.turns.some((turn) => isTurn(turn, event))) return state;
      const turn = {
        seat,
        owner,
        agent,
        threadId,
        turnId,
        startedAtMs,
        endedAt: null,
        owed: false,
      };
      return { ...state, turns: [...state.turns, turn].slice(-maxEntries) };
    }
    case "turnEnded": {
      const turn = state.turns.find((one) => isTurn(one, event));
      if (turn === undefined) return state;
      const others = without(state.turns, turn);
      if (turn.owner === null) return { ...state, turns: others };
      const ended = others.filter(({ seat, endedAt }) => seat === event.seat && endedAt !== null);
      const kept = ended.length < maxEnded ? others : others.filter((one) => one !== ended[0]);
      // Whose session is over was not told.
      const endedAt = turn.owed ? untold : event.at;
      return { ...state, turns: [...kept, { ...turn, endedAt }] };
    }
    case "asked": {
      const { seat, owner, agent, threadId, requestId, method, atMs: askedAtMs } = event;
      if (state.requests.some((one) => isRequest(one, event))) return state;
      const request = { seat, owner, agent, threadId, requestId, method, askedAtMs, owed: false };
      return { ...state, requests: [...state.requests, request].slice(-maxEntries) };
    }
    case "resolved": {
      const request = state.requests.find((one) => isRequest(one, event));
      if (request === undefined) return state;
      return { ...state, requests: without(state.requests, request) };
    }
    case "returned": {
      const { seat, cursor } = event;
      const turns = state.turns.filter((turn) => turn.seat !== seat || !hasSeen(turn, cursor));
      return turns.length === state.turns.length ? state : { ...state, turns };
    }
    case "left":
      return leave(state, ({ seat }) => seat === event.seat);
    case "begun": {
      const { owner, cursor } = event;
      const isEnd = (turn: LedgerTurn): boolean =>
        turn.owed && turn.owner === owner && turn.endedAt !== null;
      if (!state.turns.some(isEnd)) return state;
      const turns = state.turns
        .filter((turn) => !isEnd(turn) || !hasSeen(turn, cursor))
        .map((turn) => (isEnd(turn) ? { ...turn, endedAt: untold } : turn));
      return { ...state, turns };
    }
    case "taken": {
      const isOpen = ({ owner, owed }: LedgerTurn | LedgerRequest): boolean =>
        !owed || owner !== event.owner;
      if (state.turns.every(isOpen) && state.requests.every(isOpen)) return state;
      const turns = state.turns.filter(isOpen);
      for (const turn of state.turns) {
        const taken = { ...turn, seat: event.seat };
        if (isOpen(turn) || hasSeen(turn, event.cursor)) continue;
        if (turns.some((one) => isTurn(one, taken))) continue;
        turns.push({ ...taken, endedAt: turn.endedAt === null ? null : untold, owed: false });
      }
      return { turns, requests: state.requests.filter(isOpen) };
    }
  }
}

/** The state a new life begins with: every session of the one before is over. */
export function inheritLedger(state: LedgerState): LedgerState {
  return leave(state, () => true);
}

/** What a client that comes back and has seen everything up to `cursor` is to be told of. */
export function owedTo(
  { turns, requests }: LedgerState,
  owner: string,
  cursor: number,
): LedgerState {
  const isOwed = (entry: LedgerTurn | LedgerRequest): boolean =>
    entry.owed && entry.owner === owner;
  return {
    turns: turns.filter((turn) => isOwed(turn) && !hasSeen(turn, cursor)),
    requests: requests.filter(isOwed),
  };
}

function hasSeen({ endedAt }: LedgerTurn, cursor: number): boolean {
  return endedAt !== null && endedAt <= cursor;
}

function leave(
  state: LedgerState,
  isOver: (entry: LedgerTurn | LedgerRequest) => boolean,
): LedgerState {
  if (!state.turns.some(isOver) && !state.requests.some(isOver)) return state;
  const left = <E extends LedgerTurn | LedgerRequest>(entries: readonly E[]): readonly E[] =>
    entries
      .filter((entry) => !isOver(entry) || entry.owner !== null)
      .map((entry) => (isOver(entry) ? { ...entry, owed: true } : entry));
  return { turns: left(state.turns), requests: left(state.requests) };
}

function isTurn(
  turn: LedgerTurn,
  of: { readonly seat: string; readonly threadId: string; readonly turnId: string },
): boolean {
  return turn.turnId === of.turnId && turn.threadId === of.threadId && turn.seat === of.seat;
}

function isRequest(
  request: LedgerRequest,
  of: { readonly seat: string; readonly requestId: string },
): boolean {
  return request.requestId === of.requestId && request.seat === of.seat;
}

function without<E>(entries: readonly E[], gone: E): readonly E[] {
  return entries.filter((entry) => entry !== gone);
}
