/** Which user messages are ours, and which turn is open. */
export class Turns {
  /** Key of the open turn: `Prompt.id` of ours, else the id of the user message. */
  open: string | null = null;

  /**
   * A prompt of ours is about to be sent: a turn, or more input for the open one. Call it before the
   * request. The message that comes of it is known by {@link markOf} in the ids of its parts.
   */
  given(_id: string, _turn: "new" | "open"): void {}

  /** It could not be sent. */
  withdrawn(_id: string): void {}
}
