import { rawMember, textOf, fieldsOf } from "./fields.ts";

/** Turns remembered; the oldest go first. */
const maxTurns = 200;

/**
 * Turns that a client was told to have failed because the connection to their agent was lost. An
 * agent that outlived its connection goes on with them: for the client they are over until it loads
 * their thread again, so that no turn ends twice.
 */
export class CutTurns {
  /** By id, with whether the client knows that it goes on. */
  readonly #told = new Map<string, boolean>();

  add(turnId: string): void {
    this.#told.set(turnId, false);
    const [oldest] = this.#told.keys();
    if (this.#told.size > maxTurns && oldest !== undefined) this.#told.delete(oldest);
  }

  /** The client has seen it running again. */
  revive(turnId: string): void {
    this.#told.delete(turnId);
  }

  /**
   * Whether a notification is of a turn that is over for the client: `first` the first time, when it
   * is to be told so.
   */
  covers(params: unknown): "no" | "first" | "yes" {
    if (this.#told.size === 0) return "no";
    return this.#covers(textOf(params, "turnId") ?? textOf(fieldsOf(params)["turn"], "id"));
  }

  /** The same for a delta as it came. */
  coversDelta(text: string): "no" | "first" | "yes" {
    return this.#told.size === 0 ? "no" : this.#covers(rawMember(text, "turnId"));
  }

  #covers(turnId: string | null): "no" | "first" | "yes" {
    const isTold = turnId === null ? undefined : this.#told.get(turnId);
    if (turnId === null || isTold === undefined) return "no";
    this.#told.set(turnId, true);
    return isTold ? "yes" : "first";
  }
}
