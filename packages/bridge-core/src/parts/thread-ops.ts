import type { BridgeHost } from "../adapter.ts";
import type { ThreadOp } from "../ops.ts";
import { opChannel } from "../server/op-channel.ts";
import { failureOf } from "../turn/failures.ts";
import type { OrderedTurns } from "./ordered-turns.ts";
import { unattended } from "./unattended.ts";

/** What a thread tells, for bridges that hear of it by events: to build an `AgentThread` on. */
export class ThreadOps {
  readonly #channel = opChannel<ThreadOp>();
  /** `AgentThread.ops`. */
  readonly ops: AsyncIterable<ThreadOp> = this.#channel.items;
  readonly #lifetime = new AbortController();
  readonly #log: BridgeHost["log"];

  constructor({ log }: Pick<BridgeHost, "log">) {
    this.#log = log;
  }

  /** Aborted when the thread is disposed of. */
  protected get signal(): AbortSignal {
    return this.#lifetime.signal;
  }

  /** Tells these, in this order. */
  protected emit(ops: readonly ThreadOp[]): void {
    for (const op of ops) this.#channel.push(op);
  }

  /** Nothing more will be told: the agent is gone, or with no error the thread. */
  protected finish(error?: Error): void {
    if (error === undefined) this.#lifetime.abort();
    this.#channel.close(error);
  }

  /** Tells the user something. */
  protected notice(message: string): void {
    this.emit([{ op: "notice", message }]);
  }

  /** A turn has failed, for what was thrown. */
  protected fail(turn: string, error: unknown): void {
    this.emit([{ op: "end", turn, status: "failed", failure: failureOf(error) }]);
  }

  /** A turn of its own for what the agent answers when it is over: `work` ends it, or fails with it. */
  protected ownTurn(
    turn: string,
    turns: Pick<OrderedTurns, "spontaneous" | "withdrawn">,
    work: () => Promise<void>,
  ): void {
    this.emit(turns.spontaneous(turn));
    const over = work().catch((error: unknown) => {
      turns.withdrawn(turn);
      this.fail(turn, error);
    });
    this.unattended(over);
  }

  /** Work nobody waits for: the agent's end tells what went wrong. */
  protected unattended(work: Promise<unknown>): void {
    unattended(work, this.#log);
  }
}
