import type { ThreadItem, Turn, TurnError, TurnItemsView, TurnStatus } from "@fairlead/codex-proto";

/** One turn as core keeps it: on disk, in memory and for every read. */
export interface TurnRecord {
  readonly id: string;
  /**
   * Native keys that mean this turn or a steer inside it: what joins the agent's own history to
   * ours.
   */
  readonly keys: readonly string[];
  readonly status: TurnStatus;
  readonly error: TurnError | null;
  readonly startedAtMs: number;
  readonly completedAtMs: number | null;
  readonly items: readonly ThreadItem[];
  /**
   * Present when core ended the turn without the agent's word, which may go on with it where nobody
   * sees it: the ids of the items that core closed then.
   */
  readonly cut?: readonly string[];
}

/** The wire form. `summary` is what codex sends: the first user message and the last answer. */
export function wireTurn(turn: TurnRecord, itemsView: TurnItemsView): Turn {
  const { startedAtMs, completedAtMs } = turn;
  return {
    id: turn.id,
    rootTurnId: turn.id,
    items: viewItems(turn.items, itemsView),
    itemsView,
    status: turn.status,
    error: turn.error,
    startedAt: Math.floor(startedAtMs / 1000),
    completedAt: completedAtMs === null ? null : Math.floor(completedAtMs / 1000),
    durationMs: completedAtMs === null ? null : completedAtMs - startedAtMs,
  };
}

/** The last thing the agent said in a turn. */
export function lastAnswer(items: readonly ThreadItem[]): ThreadItem[] {
  const answer = items.findLast((item) => item.type === "agentMessage");
  return answer === undefined ? [] : [answer];
}

function viewItems(items: readonly ThreadItem[], view: TurnItemsView): ThreadItem[] {
  switch (view) {
    case "notLoaded":
      return [];
    case "summary":
      return [
        ...items.filter((item) => item.type === "userMessage").slice(0, 1),
        ...lastAnswer(items),
      ];
    case "full":
      return [...items];
  }
}
