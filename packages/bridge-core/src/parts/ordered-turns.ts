import type { UserInput } from "@fairlead/codex-proto";
import { BridgeError } from "../errors.ts";
import type { ThreadOp } from "../ops.ts";
import type { Outcome } from "./native-turns.ts";

/**
 * The turns of an agent that takes no ids for what the user sends: it begins to answer one input after
 * the other, in the order they were given, where none bears a mark.
 */
export class OrderedTurns {
  /** Key of the open turn. */
  open: string | null = null;
  /** Ids of what was given, and not begun to be answered. */
  waiting: readonly string[] = [];
  readonly #unmarked = new Set<string>();

  /**
   * The user's input is handed over: a turn, or more for the open one. `known`: what it will be
   * recognized by, for {@link arrived}.
   */
  given(id: string, turn: "new" | "open", known: "mark" | "order" = "mark"): void {
    if (turn === "new") this.open = id;
    this.waiting = [...this.waiting, id];
    if (known === "order") this.#unmarked.add(id);
  }

  /** Hands input over, which is withdrawn when that fails. Rejects more for a turn that is over. */
  async handing(id: string, turn: "new" | "open", hand: () => Promise<unknown>): Promise<void> {
    if (turn === "open" && this.open === null) {
      throw new BridgeError("not-running", "no turn runs that could take more input");
    }
    this.given(id, turn);
    try {
      await hand();
    } catch (error) {
      this.withdrawn(id);
      throw error;
    }
  }

  /** Input has arrived that bears this mark, or nobody's: which one it is; null when it is not ours. */
  arrived(isMarked: (id: string) => boolean): string | null {
    const ours =
      this.waiting.find(isMarked) ?? this.waiting.find((id) => this.#unmarked.has(id)) ?? null;
    if (ours !== null) this.answered(ours);
    return ours;
  }

  /** It was dealt with, without a word. */
  answered(id: string): void {
    this.waiting = this.waiting.filter((other) => other !== id);
  }

  /** What was to be handed over could not be. */
  withdrawn(id: string): void {
    this.answered(id);
    if (this.open === id) this.open = null;
  }

  /** What waits will not be answered. */
  dropped(): void {
    this.waiting = [];
  }

  /** The agent begins to answer an input, which it calls `key`. */
  begun(key: string, input: readonly UserInput[]): ThreadOp[] {
    const [id, ...later] = this.waiting;
    this.waiting = later;
    if (id !== undefined) return [{ op: "alias", id, key }];
    this.open ??= key;
    return [{ op: "begin", turn: key, input }];
  }

  /** Something happens without being asked for: a turn of its own, unless one is open. */
  spontaneous(key: string): ThreadOp[] {
    if (this.open !== null) return [];
    this.open = key;
    return [{ op: "begin", turn: key, input: [] }];
  }

  /** The open turn is over. */
  end(outcome: Outcome): ThreadOp[] {
    const turn = this.open;
    this.open = null;
    this.dropped();
    return turn === null ? [] : [{ op: "end", turn, ...outcome }];
  }
}
