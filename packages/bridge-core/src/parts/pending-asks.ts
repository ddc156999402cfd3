import type { Ask, ThreadOp } from "../ops.ts";

/** A request of an agent's that waits for the user. */
export interface PendingAsk {
  /** The agent's id of it. */
  readonly id: string;
  /** The session it came from: the root or a child. */
  readonly session: string;
  /** Key of the item it is about. */
  readonly key: string;
  /** Ids of the questions, in the agent's order; null for what is no question. */
  readonly questions: readonly string[] | null;
}

/** Asks that wait for an answer, by id. Who answers one deletes it. */
export class PendingAsks extends Map<string, PendingAsk> {
  /** An agent asks, which is told once. */
  asked(pending: Omit<PendingAsk, "questions">, ask: Ask): ThreadOp[] {
    const { id } = pending;
    if (this.has(id)) return [];
    const questions = ask.kind === "questions" ? ask.questions.map((each) => each.id) : null;
    this.set(id, { ...pending, questions });
    return [{ op: "ask", id, ask }];
  }

  /** Answered elsewhere, or by us: then it waits no more. */
  replied(id: string): ThreadOp[] {
    return this.delete(id) ? [{ op: "withdraw", id }] : [];
  }

  /** What ends with these ops asks nothing any more; `root` is the session of the main thread. */
  passed(ops: readonly ThreadOp[], root: string): void {
    const over = ops.flatMap((op) => (op.op === "end" ? [op.thread ?? root] : []));
    for (const [id, { session }] of this) if (over.includes(session)) this.delete(id);
  }
}
