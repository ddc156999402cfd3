import type { ThreadTimelineEntry } from "@fairlead/codex-proto";
import { wireTurn, type TurnRecord } from "../turn/turn-record.ts";

/** The items of a thread and the starts and ends of its turns, oldest first. */
export function timelineOf(turns: readonly TurnRecord[]): ThreadTimelineEntry[] {
  const entries: ThreadTimelineEntry[] = [];
  const position = (): number => entries.length;
  for (const turn of turns) {
    const { id: turnId, status, error, ...times } = wireTurn(turn, "notLoaded");
    const { startedAt, completedAt, durationMs } = times;
    entries.push({ type: "turnStarted", position: position(), turnId, startedAt });
    for (const item of turn.items) {
      entries.push({ type: "item", position: position(), turnId, item });
    }
    if (status === "inProgress") continue;
    const end = { turnId, status, error, startedAt, completedAt, durationMs };
    entries.push({ type: "turnCompleted", position: position(), ...end });
  }
  return entries;
}
