/** What an agent's conversations did where core did not see it, joined to what it saw. */
import type { BridgeAdapter } from "../adapter.ts";
import type { ThreadOp } from "../ops.ts";
import { hasBegun, hasShown, mayGoOn } from "../turn/continued-turn.ts";
import type { TurnRecord } from "../turn/turn-record.ts";

/** True for agents whose conversations may go on without us. */
export function goesOn({ sessions }: BridgeAdapter): boolean {
  return sessions?.changes !== undefined;
}

/** The turns that were cut here, by the native key under which the agent's own record has all of them. */
export function cutTurns(turns: readonly TurnRecord[]): ReadonlyMap<string, TurnRecord> {
  const found = new Map<string, TurnRecord>();
  for (const turn of turns) {
    const key = turn.keys.find((name) => name !== turn.id) ?? turn.id;
    if (mayGoOn(turn, key)) found.set(key, turn);
    else found.delete(key);
  }
  return found;
}

/** A turn that was cut, with what the agent's own record has beyond it. */
export function withRest(turn: TurnRecord, rest: TurnRecord | undefined): TurnRecord {
  if (rest === undefined) return turn;
  const { cut = [], ...kept } = turn;
  const whole = new Map(rest.items.map((item) => [item.id, item]));
  const ids = new Set(kept.items.map((item) => item.id));
  const seen = kept.items.map((item) =>
    cut.includes(item.id) ? (whole.get(item.id) ?? item) : item,
  );
  return { ...kept, items: [...seen, ...rest.items.filter((item) => !ids.has(item.id))] };
}

/**
 * The turns in the agent's own record of a conversation that have ended and of which `turns` lacks
 * something, each as its ops. `dropped`: native keys of turns that were taken back.
 */
export async function* unseenTurns(
  adapter: BridgeAdapter,
  nativeId: string,
  turns: readonly TurnRecord[],
  dropped: ReadonlySet<string>,
): AsyncGenerator<readonly ThreadOp[]> {
  const { signal } = new AbortController();
  let key: string | null = null;
  let ops: ThreadOp[] = [];
  for await (const op of adapter.sessions?.read(nativeId, { after: null, signal }) ?? []) {
    const isOwn = op.thread === undefined;
    if (isOwn && op.op === "begin" && key === null) {
      key = op.turn;
      ops = [];
    }
    ops.push(op);
    if (!isOwn || op.op !== "end" || key === null || (op.turn ?? key) !== key) continue;
    if (!dropped.has(key) && isUnseen(key, ops, op.status === "completed", turns)) yield ops;
    key = null;
  }
}

/**
 * One that was cut here has more to tell when it has items of which nothing was shown; when it went
 * on to its end, also when one was shown in part.
 */
function isUnseen(
  key: string,
  ops: readonly ThreadOp[],
  isDone: boolean,
  turns: readonly TurnRecord[],
): boolean {
  const known = turns.filter((turn) => turn.keys.includes(key));
  if (known.length === 0) return true;
  if (!known.every((turn) => mayGoOn(turn, key))) return false;
  const isKnown = isDone ? hasShown : hasBegun;
  return ops.some(
    (op) =>
      op.op === "open" && op.thread === undefined && !known.some((turn) => isKnown(turn, op.key)),
  );
}
