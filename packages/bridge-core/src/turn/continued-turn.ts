import { deriveId } from "../ids.ts";
import type { TurnRecord } from "./turn-record.ts";

/** The wire id of an item whose native id, a UUID, an earlier turn used up. */
export function secondId(turnId: string, key: string): string {
  return deriveId(turnId, `again ${key}`);
}

/** Whether the native turn `key` may go on: core ended it, the agent never said that it is over. */
export function mayGoOn(turn: TurnRecord, key: string): boolean {
  return turn.cut !== undefined && turn.keys.includes(key);
}

/** Whether a turn showed something of this item. */
export function hasBegun({ id, items }: TurnRecord, key: string): boolean {
  const ids = [deriveId(id, key), secondId(id, key)];
  return items.some((item) => ids.includes(item.id));
}

/** Whether a turn showed this item to its end, so that what goes on with it need not. */
export function hasShown(turn: TurnRecord, key: string): boolean {
  const { cut = [], items } = turn;
  return hasBegun({ ...turn, items: items.filter(({ id }) => !cut.includes(id)) }, key);
}

/** Whether a turn showed what the user said to begin it. */
export function hasShownInput({ items }: TurnRecord): boolean {
  return items.some(({ type }) => type === "userMessage");
}
