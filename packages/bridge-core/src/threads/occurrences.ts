import type { ThreadSearchOccurrence } from "@fairlead/codex-proto";
import type { TurnRecord } from "../turn/turn-record.ts";
import { anchorAt } from "./paging.ts";
import { itemText } from "./transcript-text.ts";

/** UTF-16 code units of the text around a place. */
const contextLength = 60;

/** One place where a thread says something, with what tells it from all others of the thread. */
export interface Occurrence {
  readonly key: string;
  readonly wire: ThreadSearchOccurrence;
}

/** Every place, oldest first, where the user or the agent said `term`, in any case of letters. */
export function occurrencesOf(term: string, turns: readonly TurnRecord[]): Occurrence[] {
  const pattern = new RegExp(term.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"), "giu");
  return turns.flatMap((turn) =>
    turn.items
      .filter(({ type }) => type === "userMessage" || type === "agentMessage")
      .flatMap((item) => {
        const text = itemText(item);
        return [...text.matchAll(pattern)].map(({ 0: { length }, index }) => {
          const from = Math.max(0, index - contextLength);
          const start = index - from;
          const wire = {
            turnId: turn.id,
            itemId: item.id,
            snippet: text.slice(from, index + length + contextLength),
            snippetMatchRange: { start, end: start + length },
            turnCursor: anchorAt(turn.id) ?? "",
          };
          return { key: `${item.id}:${index}`, wire };
        });
      }),
  );
}
