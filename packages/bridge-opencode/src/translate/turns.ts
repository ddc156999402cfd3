/**
 * The id the caller gives part number `index` of a prompt's message: OpenCode keeps it, which names
 * the prompt in all that is told of the message, and in storage. Good for one message: a part that is
 * sent again stays where it was.
 */
export function partId(promptId: string, index: number): string {
  return `${markOf(promptId)}${index.toString(36)}`;
}

function markOf(promptId: string): string {
  return `prt_${promptId.replaceAll("-", "")}`;
}

/** Which turn of a session is open, and which prompts of ours are on their way to it. */
export class Turns {
  /** Key of the open turn: `Prompt.id` of ours, else the id of the user message. */
  open: string | null = null;
  /** Prompts whose message has not shown up yet, and what it will be known by. */
  readonly #unseen = new Map<string, "parts" | "order">();

  /** True while a prompt is on its way: the run that ends now is not that prompt's. */
  get awaited(): boolean {
    return this.#unseen.size > 0;
  }

  /**
   * A prompt of ours is about to be sent: a turn, or more input for the open one. Call it before the
   * request. `known`: by the ids of its parts, which are {@link partId}; or, where OpenCode makes the
   * parts (a command), by being the next message of unknown origin.
   */
  given(id: string, turn: "new" | "open", known: "parts" | "order" = "parts"): void {
    if (turn === "new") this.open = id;
    this.#unseen.set(id, known);
  }

  /** It could not be sent. */
  withdrawn(id: string): void {
    this.#unseen.delete(id);
    if (this.open === id) this.open = null;
  }

  /** A user message has come with this part: the prompt of ours it is, if it is one. */
  arrived(part: string): string | null {
    const ours =
      [...this.#unseen.keys()].find((id) => part.startsWith(markOf(id))) ??
      [...this.#unseen].find(([, known]) => known === "order")?.[0];
    if (ours === undefined) return null;
    this.#unseen.delete(ours);
    return ours;
  }

  /** What is on its way may never arrive: it does not hold the turn open any more. */
  forget(): void {
    this.#unseen.clear();
  }

  /** The open turn is over; its key, null when none was open. */
  over(): string | null {
    const turn = this.open;
    this.open = null;
    this.#unseen.clear();
    return turn;
  }
}
