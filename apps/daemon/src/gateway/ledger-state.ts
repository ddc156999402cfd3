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
  /** It ended while its client had no connection. */
  readonly ended: boolean;
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
      /** Its client has a connection, and hears it. */
      readonly heard: boolean;
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
  /** A client is back in its session: what ended meanwhile is told by the session itself. */
  | { readonly type: "returned"; readonly seat: string }
  /** A session is over. */
  | { readonly type: "left"; readonly seat: string }
  /** A client was told all that was owed to it. */
  | { readonly type: "told"; readonly owner: string };

/** Entries of each kind that are kept; the oldest go first. */
const maxEntries = 500;

/** Nothing is open. */
export const emptyLedger: LedgerState = { turns: [], requests: [] };

/** What is open after an event. The same state when it changes nothing. */
export function reduceLedger(state: LedgerState, event: LedgerEvent): LedgerState {
  switch (event.type) {
    case "turnStarted": {
      const { seat, owner, agent, threadId, turnId, atMs: startedAtMs } = event;
      if (state.turns.some((turn) => isTurn(turn, event))) return state;
      const turn = { seat, owner, agent, threadId, turnId, startedAtMs, ended: false, owed: false };
      return { ...state, turns: [...state.turns, turn].slice(-maxEntries) };
    }
    case "turnEnded": {
      const turn = state.turns.find((one) => isTurn(one, event));
      if (turn === undefined) return state;
      if (event.heard || turn.owner === null)
        return { ...state, turns: without(state.turns, turn) };
      const turns = state.turns.map((one) => (one === turn ? { ...one, ended: true } : one));
      return { ...state, turns };
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
      if (!state.turns.some(({ seat, ended }) => ended && seat === event.seat)) return state;
      const turns = state.turns.filter(({ seat, ended }) => !ended || seat !== event.seat);
      return { ...state, turns };
    }
    case "left":
      return leave(state, ({ seat }) => seat === event.seat);
    case "told": {
      const isOpen = ({ owner, owed }: LedgerTurn | LedgerRequest): boolean =>
        !owed || owner !== event.owner;
      if (state.turns.every(isOpen) && state.requests.every(isOpen)) return state;
      return { turns: state.turns.filter(isOpen), requests: state.requests.filter(isOpen) };
    }
  }
}

/** The state a new life begins with: every session of the one before is over. */
export function inheritLedger(state: LedgerState): LedgerState {
  return leave(state, () => true);
}

/** What a client that comes back is to be told of. */
export function owedTo({ turns, requests }: LedgerState, owner: string): LedgerState {
  const isOwed = (entry: LedgerTurn | LedgerRequest): boolean =>
    entry.owed && entry.owner === owner;
  return { turns: turns.filter(isOwed), requests: requests.filter(isOwed) };
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
