import { messageOf } from "../errors.ts";
import { foldJournal } from "../threads/journal.ts";
import { goesOn, unseenTurns } from "../threads/unseen.ts";
import type { TurnRecord } from "../turn/turn-record.ts";
import { routeOp, type OpTargets } from "./op-router.ts";
import type { ThreadServices } from "./services.ts";

/** Brings a thread up to what its agent did while nobody here could see it. */
export class CatchUp {
  readonly #services: ThreadServices;
  readonly #targets: OpTargets;
  /** Ran on the agent's side when the thread was loaded. */
  #running: TurnRecord | null;
  #isClosed = false;

  constructor(services: ThreadServices, targets: OpTargets, running: TurnRecord | null) {
    this.#services = services;
    this.#targets = targets;
    this.#running = running;
  }

  /** True for a conversation that may have gone on without us. */
  get isNeeded(): boolean {
    const { nativeId, from, ephemeral } = this.#targets.wire.meta;
    return goesOn(this.#services.adapter) && nativeId !== null && from === null && !ephemeral;
  }

  /**
   * Tells the turns that went by unseen, once the agent is open: what it does from here on, the turn
   * that runs included, comes from the agent itself. Never rejects.
   */
  async run(): Promise<void> {
    const { wire } = this.#targets;
    const { nativeId } = wire.meta;
    this.#running = null;
    // A prompt that waits for the agent is a turn already: theirs would become part of it.
    if (!this.isNeeded || nativeId === null || wire.recorder.openTurnId !== null) return;
    const { adapter, store, log, now } = this.#services;
    const { recorder } = wire;
    const end: OpTargets["onEnd"] = async (op, atMs) => recorder.apply(op, atMs);
    try {
      const { dropped } = foldJournal(await store.journal(wire.meta.id));
      for await (const ops of unseenTurns(adapter, nativeId, wire.turns, dropped)) {
        if (this.#isClosed || recorder.openTurnId !== null) return;
        for (const op of ops) {
          void routeOp(op, op.atMs ?? now(), { ...this.#targets, onEnd: end });
        }
      }
    } catch (error) {
      log("warn", `thread ${wire.meta.id}: what it did unseen cannot be read: ${messageOf(error)}`);
    }
  }

  /** The agent cannot be opened: says so, and keeps what was seen of the turn that runs there. */
  fail(error: unknown): void {
    if (this.#isClosed) return;
    const { adapter, log } = this.#services;
    const { wire } = this.#targets;
    const { id: threadId } = wire.meta;
    if (this.#running !== null) wire.adopt(this.#running);
    this.#running = null;
    const message = `What this conversation does in ${adapter.displayName} itself is not shown until it can be opened: ${messageOf(error)}`;
    log("warn", `thread ${threadId}: ${message}`);
    wire.notify("warning", { threadId, message });
  }

  /** The thread is put away: nothing is told any more. */
  close(): void {
    this.#isClosed = true;
  }
}
