import type { ThreadItem, ThreadItemEntry } from "@fairlead/codex-proto";

/** An item with its turn and its times, as the item methods give it. */
export function itemEntry(turnId: string, item: ThreadItem): ThreadItemEntry {
  return {
    turnId,
    item,
    startedAtMs: item.startedAtMs ?? null,
    completedAtMs: item.completedAtMs ?? null,
  };
}
