import type { Law, LawContext } from "../law.ts";
import type { Message, Step } from "../frame.ts";
import type { ItemEntry } from "../thread-ledger.ts";
import { arrayField, field, stringField } from "../read.ts";

/** A turn as a response shows it. */
interface ShownTurn {
  readonly threadId: string;
  readonly turnId: string;
  readonly items: readonly unknown[];
  /** True when `items` is all of the turn and the turn is over. */
  readonly whole: boolean;
}

/**
 * Law 3: an item keeps its id from the live stream to every read of its thread, and between reads.
 */
export function stableIds({ report, ledger, optedOut }: LawContext): Law {
  /** Ids of whole turns as the first read gave them. */
  const firstRead = new Map<string, string>();

  function compareWithLive(step: Step, shown: ShownTurn): void {
    const { threadId, turnId } = shown;
    const thread = ledger.thread(threadId);
    const turn = thread?.turns.get(turnId);
    if (thread === undefined || turn === undefined || turn.joined) return;
    if (optedOut("item/started") || optedOut("item/completed")) return;
    const shownIds = new Set<string>();
    for (const item of shown.items) {
      const id = stringField(item, "id") ?? "";
      const itemType = stringField(item, "type") ?? "";
      shownIds.add(id);
      const live: ItemEntry | undefined = thread.items.get(id);
      if (live?.type === itemType || (live !== undefined && live.type === undefined)) continue;
      // It may have come while the client was away.
      if (live === undefined && turn.left) continue;
      const clause = live === undefined ? "unknown-item" : "type-changed";
      const message =
        `item ${id} (${itemType}) of turn ${turnId} was ` +
        (live === undefined ? "not seen live" : `a ${live.type} when seen live`);
      report({ clause, message, facts: { itemType }, at: step });
    }
    if (!shown.whole || turn.open) return;
    for (const { id, type = "", turnId: home, state } of thread.items.values()) {
      if (home !== turnId || state !== "closed" || shownIds.has(id)) continue;
      const message = `item ${id} (${type}), seen live, is missing from turn ${turnId}`;
      report({ clause: "live-item-missing", message, facts: { itemType: type }, at: step });
    }
  }

  function compareReads(step: Step, { threadId, turnId, items, whole }: ShownTurn): void {
    if (!whole) return;
    const key = JSON.stringify([threadId, turnId]);
    const ids = items.map((item) => stringField(item, "id")).join(" ");
    const before = firstRead.get(key) ?? ids;
    firstRead.set(key, before);
    if (before === ids) return;
    const message = `turn ${turnId} has the items ${ids}, and had ${before} in an earlier read`;
    report({ clause: "changed-between-reads", message, at: step });
  }

  return {
    see(step) {
      if (step.direction !== "receive") return;
      for (const shown of turnsShown(step.message)) {
        compareWithLive(step, shown);
        compareReads(step, shown);
      }
    },
  };
}

function turnsShown(message: Message): readonly ShownTurn[] {
  if (message.kind === "notification" && message.method === "turn/completed") {
    const threadId = stringField(message.params, "threadId") ?? "";
    return [shownTurn(threadId, field(message.params, "turn"), false)];
  }
  if (message.kind !== "result") return [];
  const { result } = message;
  const asked = stringField(message.request?.params, "threadId") ?? "";
  switch (message.request?.method) {
    case "thread/read":
    case "thread/resume": {
      const threadId = stringField(result, "thread", "id") ?? asked;
      const page = arrayField(result, "initialTurnsPage", "data");
      return [...arrayField(result, "thread", "turns"), ...page].map((turn) =>
        shownTurn(threadId, turn, true),
      );
    }
    case "thread/turns/list":
      return arrayField(result, "data").map((turn) => shownTurn(asked, turn, true));
    case "thread/items/list":
      return arrayField(result, "data").map((entry) => ({
        threadId: asked,
        turnId: stringField(entry, "turnId") ?? "",
        items: [field(entry, "item")],
        whole: false,
      }));
    default:
      return [];
  }
}

function shownTurn(threadId: string, turn: unknown, read: boolean): ShownTurn {
  const full = stringField(turn, "itemsView") === "full";
  const over = stringField(turn, "status") !== "inProgress";
  return {
    threadId,
    turnId: stringField(turn, "id") ?? "",
    items: arrayField(turn, "items"),
    whole: read && full && over,
  };
}
