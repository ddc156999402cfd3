import type { Fields } from "./fields.ts";

/** A message as far as it is known by now. */
export interface ToldMessage {
  info: Fields;
  readonly parts: Map<string, Fields>;
  /** Of a user message: a turn has it. */
  isTaken: boolean;
}

/** The messages of an open turn, for agents that tell each, and each of its parts, again and again. */
export class ToldMessages {
  /** Those of turns that are over are null: what is still said of them is late. */
  readonly #messages = new Map<string, ToldMessage | null>();

  /** Takes what is told of a message now. */
  told(id: string, info: Fields): "first" | "again" | "late" {
    const known = this.#messages.get(id);
    if (known === null) return "late";
    this.#messages.set(id, { parts: new Map(), isTaken: false, ...known, info });
    return known === undefined ? "first" : "again";
  }

  get(id: string): ToldMessage | undefined {
    return this.#messages.get(id) ?? undefined;
  }

  /** The parts of a message; none of one that is unknown or late. */
  partsOf(id: string): readonly Fields[] {
    return [...(this.get(id)?.parts.values() ?? [])];
  }

  /** What is known of those from the user, or from the model. */
  by(role: "user" | "assistant"): readonly Fields[] {
    const messages = [...this.#messages.values()].filter((message) => message !== null);
    return messages.map(({ info }) => info).filter((info) => info["role"] === role);
  }

  /** The turn is over. */
  end(): void {
    for (const id of this.#messages.keys()) this.#messages.set(id, null);
  }
}
