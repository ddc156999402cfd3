import { join } from "node:path";
import { elementsOf, fieldsOf, textOf } from "./fields.ts";
import { readOwnFile, writeOwnFile } from "./json-file.ts";
import {
  emptyLedger,
  inheritLedger,
  owedTo,
  reduceLedger,
  type LedgerEvent,
  type LedgerRequest,
  type LedgerState,
  type LedgerTurn,
} from "./ledger-state.ts";
import type { ApprovalSummary, GatewayObserver, TurnSummary } from "./types.ts";

/** What a ledger is made with. */
export interface LedgerOptions {
  readonly stateDir: string;
  readonly observer: GatewayObserver;
  readonly log: (level: "debug" | "warn", message: string, data?: unknown) => void;
}

/**
 * Which turns and questions clients have open, written down at once, so that after a kill whoever
 * comes back is told how they ended. Turns and questions are rare; nothing is written for anything
 * else.
 */
export class Ledger {
  /** Turns that were open when the last life of the daemon ended. */
  readonly cutTurns: readonly TurnSummary[];
  readonly #file: string;
  readonly #options: LedgerOptions;
  #state: LedgerState;
  /** Turns that run, by agent, thread and turn: several clients may see one. */
  readonly #running = new Map<string, { readonly turn: TurnSummary; isSilent: boolean }>();
  #silent = 0;

  constructor(options: LedgerOptions) {
    this.#options = options;
    this.#file = join(options.stateDir, "open-turns.json");
    const found = readOwnFile(this.#file, stateIn, options.log) ?? emptyLedger;
    const cut = found.turns
      .filter(({ endedAt, owed }) => endedAt === null && !owed)
      .map(turnSummary);
    this.cutTurns = [...new Map(cut.map((turn) => [keyOf(turn), turn])).values()];
    this.#state = inheritLedger(found);
  }

  /** Turns that run now. */
  get turns(): readonly TurnSummary[] {
    return [...this.#running.values()].map(({ turn }) => turn);
  }

  /** Questions that wait for an answer, each once. */
  get approvals(): readonly ApprovalSummary[] {
    const open = this.#state.requests.filter(({ owed }) => !owed);
    const byId = new Map(
      open.map(({ agent, threadId, requestId, method, askedAtMs }) => [
        requestId,
        { agent, threadId, requestId, method, askedAtMs },
      ]),
    );
    return [...byId.values()];
  }

  /** Whether a turn has said nothing yet: its first delta is to be told. */
  get awaitsFirstDelta(): boolean {
    return this.#silent > 0;
  }

  owedTo(owner: string, cursor: number): LedgerState {
    return owedTo(this.#state, owner, cursor);
  }

  apply(event: LedgerEvent): void {
    const next = reduceLedger(this.#state, event);
    if (next === this.#state) return;
    this.#state = next;
    writeOwnFile(this.#file, { version: 1, ...next }, this.#options.log);
  }

  /** A turn runs. Told to the observer once, however many clients see it. */
  started(turn: TurnSummary): void {
    const key = keyOf(turn);
    if (this.#running.has(key)) return;
    this.#running.set(key, { turn, isSilent: true });
    this.#silent += 1;
    this.#options.observer.turnStarted?.(turn);
  }

  /** A turn said something. */
  spoke(agent: string, threadId: string, turnId: string, nowMs: number): void {
    const running = this.#running.get(keyOf({ agent, threadId, turnId }));
    if (running === undefined || !running.isSilent) return;
    running.isSilent = false;
    this.#silent -= 1;
    this.#options.observer.firstDelta?.(running.turn, nowMs - running.turn.startedAtMs);
  }

  /** A turn is over, or nobody sees it any more (`status` null). */
  ended(
    turn: Pick<TurnSummary, "agent" | "threadId" | "turnId">,
    status: "completed" | "interrupted" | "failed" | null,
  ): void {
    const key = keyOf(turn);
    const running = this.#running.get(key);
    if (running === undefined) return;
    this.#running.delete(key);
    if (running.isSilent) this.#silent -= 1;
    if (status !== null) this.#options.observer.turnEnded?.(running.turn, status);
  }

  /** The turn that runs on a thread, if somebody sees one. */
  runningOn(agent: string, threadId: string): TurnSummary | undefined {
    for (const { turn } of this.#running.values()) {
      if (turn.threadId === threadId && turn.agent === agent) return turn;
    }
    return undefined;
  }
}

function keyOf({
  agent,
  threadId,
  turnId,
}: Pick<TurnSummary, "agent" | "threadId" | "turnId">): string {
  return `${agent}\n${threadId}\n${turnId}`;
}

function turnSummary({ agent, threadId, turnId, startedAtMs }: LedgerTurn): TurnSummary {
  return { agent, threadId, turnId, startedAtMs };
}

function stateIn(json: unknown): LedgerState | null {
  const { version, turns, requests } = fieldsOf(json);
  if (version !== 1 || !Array.isArray(turns) || !Array.isArray(requests)) return null;
  return {
    turns: elementsOf(turns).flatMap(turnIn),
    requests: elementsOf(requests).flatMap(requestIn),
  };
}

function turnIn(json: unknown): readonly LedgerTurn[] {
  const { startedAtMs, endedAt, owed } = fieldsOf(json);
  const place = placeIn(json);
  const turnId = textOf(json, "turnId");
  if (place === null || turnId === null || typeof startedAtMs !== "number") return [];
  const end = typeof endedAt === "number" ? endedAt : null;
  return [{ ...place, turnId, startedAtMs, endedAt: end, owed: owed === true }];
}

function requestIn(json: unknown): readonly LedgerRequest[] {
  const { askedAtMs, owed } = fieldsOf(json);
  const place = placeIn(json);
  const requestId = textOf(json, "requestId");
  const method = textOf(json, "method");
  if (place === null || requestId === null || method === null) return [];
  if (typeof askedAtMs !== "number") return [];
  return [{ ...place, requestId, method, askedAtMs, owed: owed === true }];
}

function placeIn(json: unknown): Pick<LedgerTurn, "seat" | "owner" | "agent" | "threadId"> | null {
  const agent = textOf(json, "agent");
  if (agent === null) return null;
  const [seat, owner] = [textOf(json, "seat") ?? "", textOf(json, "owner")];
  return { seat, owner, agent, threadId: textOf(json, "threadId") ?? "" };
}
