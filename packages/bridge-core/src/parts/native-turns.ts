import type { Failure, ThreadOp } from "../ops.ts";

/** How a turn ended. */
export type Outcome =
  | { readonly status: "completed" | "interrupted" }
  | { readonly status: "failed"; readonly failure: Failure };

/**
 * Which native turns make one turn on the wire, for agents that answer every message in a turn of
 * its own. The wire's turn ends when nothing the user sent is still waiting, so that a steer is
 * answered inside the turn it was meant for.
 */
export class NativeTurns {
  /** Key of the open turn. */
  open: string | null = null;
  /** User messages without an answer yet. */
  readonly #waiting = new Map<string, "sent" | "started">();
  #held: Outcome | null = null;

  /** A message of the user's is handed over: a turn, or more input for the open one. */
  given(id: string, turn: "new" | "open"): void {
    if (turn === "new") this.open = id;
    this.#waiting.set(id, "sent");
  }

  /** What was to be handed over could not be. */
  withdrawn(id: string): void {
    this.#waiting.delete(id);
    if (this.open === id) this.open = null;
  }

  /** The agent works without being asked: a turn of its own, unless one is open. */
  spontaneous(key: string): ThreadOp[] {
    if (this.open !== null) return [];
    this.open = key;
    return [{ op: "begin", turn: key, input: [] }];
  }

  /**
   * What became of a user message: `started`, `completed` or `cancelled`; anything else is ignored.
   */
  lifecycle(id: string, state: string): ThreadOp[] {
    const known = this.#waiting.has(id);
    if (state === "started") {
      if (!known) return this.spontaneous(id);
      this.#held = null;
      this.#waiting.set(id, "started");
      return [{ op: "alias", id, key: id }];
    }
    if (!known || (state !== "cancelled" && state !== "completed")) return [];
    this.#waiting.delete(id);
    if (state === "completed" || this.#waiting.size > 0) return [];
    return this.#end(this.#held ?? { status: "interrupted" });
  }

  /** A native turn ended; `answered` names the messages it answered, where the agent tells. */
  result(outcome: Outcome, answered: readonly unknown[]): ThreadOp[] {
    for (const [id, state] of this.#waiting) {
      if (state === "started" || answered.includes(id)) this.#waiting.delete(id);
    }
    if (this.#waiting.size === 0) return this.#end(outcome);
    this.#held = outcome;
    return [];
  }

  #end(outcome: Outcome): ThreadOp[] {
    const turn = this.open;
    this.open = null;
    this.#held = null;
    return turn === null ? [] : [{ op: "end", turn, ...outcome }];
  }
}
