import { OrderedTurns } from "@fairlead/bridge-core/parts";

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
export class Turns extends OrderedTurns {
  /** Prompts of which OpenCode makes the parts. */
  readonly #unmarked = new Set<string>();

  /**
   * A prompt of ours is about to be sent: call it before the request. Its message is known by the ids
   * of its parts, which are {@link partId}; or, for a command, by being the next of unknown origin.
   */
  override given(id: string, turn: "new" | "open", known: "parts" | "order" = "parts"): void {
    super.given(id, turn);
    if (known === "order") this.#unmarked.add(id);
  }

  /** A user message has come with this part: the prompt of ours it is, if it is one. */
  arrived(part: string): string | null {
    const ours =
      this.waiting.find((id) => part.startsWith(markOf(id))) ??
      this.waiting.find((id) => this.#unmarked.has(id));
    if (ours !== undefined) this.answered(ours);
    return ours ?? null;
  }
}
