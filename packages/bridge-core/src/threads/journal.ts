import type { ThreadItem } from "@fairlead/codex-proto";
import type { TurnRecord } from "../turn/turn-record.ts";

/**
 * One line of a thread's journal. What core saw is served from here, whatever becomes of the
 * agent's own file.
 */
export type JournalEntry =
  | {
      readonly type: "begin";
      readonly id: string;
      readonly keys: readonly string[];
      readonly startedAtMs: number;
    }
  | { readonly type: "item"; readonly turnId: string; readonly item: ThreadItem }
  | { readonly type: "key"; readonly turnId: string; readonly key: string }
  | {
      readonly type: "end";
      readonly turn: Omit<TurnRecord, "items">;
      /** Ids in the order of their start. */
      readonly items: readonly string[];
    }
  /** This turn and all behind it are gone. */
  | { readonly type: "revert"; readonly before: string }
  /** A turn taken over whole, from the thread this one was forked from. */
  | { readonly type: "inherit"; readonly turn: TurnRecord };

/** What a journal tells. */
export interface JournalHistory {
  readonly turns: readonly TurnRecord[];
  /** Native keys of turns that were taken back: the agent's own file may still hold them. */
  readonly dropped: ReadonlySet<string>;
}

/**
 * Reads a journal. A turn without an end was cut by the death of the daemon and reads as failed.
 */
export function foldJournal(entries: readonly JournalEntry[]): JournalHistory {
  const dropped = new Set<string>();
  const turns = new Map<string, TurnRecord>();
  const change = (id: string, edit: (turn: TurnRecord) => TurnRecord): void => {
    const turn = turns.get(id);
    if (turn !== undefined) turns.set(id, edit(turn));
  };
  for (const entry of entries) {
    switch (entry.type) {
      case "begin": {
        const { id, keys, startedAtMs } = entry;
        turns.set(id, { ...cut, id, keys, startedAtMs, completedAtMs: startedAtMs, items: [] });
        break;
      }
      case "item":
        change(entry.turnId, (turn) => ({
          ...turn,
          items: [...turn.items, entry.item],
          completedAtMs: entry.item.completedAtMs ?? turn.completedAtMs,
        }));
        break;
      case "key":
        change(entry.turnId, (turn) => ({ ...turn, keys: [...turn.keys, entry.key] }));
        break;
      case "end":
        change(entry.turn.id, ({ items }) => ({
          ...entry.turn,
          items: inOrder(items, entry.items),
        }));
        break;
      case "revert": {
        const ids = [...turns.keys()];
        const from = ids.indexOf(entry.before);
        for (const id of from < 0 ? [] : ids.slice(from)) {
          for (const key of turns.get(id)?.keys ?? []) dropped.add(key);
          turns.delete(id);
        }
        break;
      }
      case "inherit":
        turns.set(entry.turn.id, entry.turn);
        break;
    }
  }
  return { turns: [...turns.values()], dropped };
}

const cut = {
  status: "failed",
  error: {
    message: "Fairlead ended while this turn was running.",
    codexErrorInfo: "other",
    additionalDetails: null,
    misalignment: null,
  },
  // What was open then is not in the journal.
  cut: [],
} as const satisfies Pick<TurnRecord, "status" | "error" | "cut">;

function inOrder(items: readonly ThreadItem[], order: readonly string[]): ThreadItem[] {
  const rank = new Map(order.map((id, index) => [id, index]));
  const last = order.length;
  return items.toSorted((a, b) => (rank.get(a.id) ?? last) - (rank.get(b.id) ?? last));
}
