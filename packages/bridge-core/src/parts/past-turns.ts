import type { ThreadOp } from "../ops.ts";

/** One past turn, as the ops it would have made live. */
export interface PastTurn {
  /** What names it: of all that the user sent in it. */
  readonly keys: readonly string[];
  readonly ops: readonly ThreadOp[];
}

/** Past turns as an agent's own record of them is read. What comes before any turn is left out. */
export class PastTurns {
  readonly turns: { readonly keys: string[]; readonly ops: ThreadOp[] }[] = [];
  #isOpen = false;

  /** Takes what happened at a time. An `alias` is one more key of the turn, and no op of it. */
  push(atMs: number, ops: readonly ThreadOp[]): void {
    for (const op of ops) {
      if (op.op === "begin" && !this.#isOpen) {
        this.turns.push({ keys: [], ops: [] });
        this.#isOpen = true;
      }
      const turn = this.#isOpen ? this.turns.at(-1) : undefined;
      if (op.op === "begin") turn?.keys.push(op.turn);
      if (op.op === "alias") turn?.keys.push(op.key);
      else turn?.ops.push({ ...op, atMs });
      if (op.op === "end") this.#isOpen = false;
    }
  }

  /** When the last thing happened. */
  get lastMs(): number {
    return this.turns.at(-1)?.ops.at(-1)?.atMs ?? 0;
  }
}

/** The ops of the turns behind that of a key; all of them, where it is null or that of none. */
export function opsBehind(ops: readonly ThreadOp[], key: string | null): readonly ThreadOp[] {
  const begins = (op: ThreadOp): boolean => op.op === "begin" && op.thread === undefined;
  const at = ops.findIndex((op) => begins(op) && op.op === "begin" && op.turn === key);
  const next = ops.findIndex((op, index) => index > at && begins(op));
  if (at === -1) return ops;
  return next === -1 ? [] : ops.slice(next);
}

/**
 * Joins the turn `id`, seen live, to the first one that is stored; nothing where there is none.
 */
export async function firstTurnIn(
  stored: AsyncIterable<ThreadOp>,
  id: string,
): Promise<ThreadOp[]> {
  try {
    for await (const op of stored)
      if (op.op === "begin") return [{ op: "alias", id, key: op.turn }];
  } catch {
    // Then it may be shown twice, which is no reason for it to fail.
  }
  return [];
}
