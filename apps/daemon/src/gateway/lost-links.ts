/** A client's way to an agent that can be opened again. */
export interface LostLink {
  readonly agent: string;
  reopen(): void;
}

/**
 * Clients that followed threads of an agent when it was lost. When one of them uses it again, the
 * others are back too: what they followed they are told of, and asked about, as before. Until then
 * nobody starts it.
 */
export class LostLinks {
  readonly #all = new Set<LostLink>();

  wait(link: LostLink): void {
    this.#all.add(link);
  }

  forget(link: LostLink): void {
    this.#all.delete(link);
  }

  /** The agent is used again. */
  wake(agent: string): void {
    const woken = [...this.#all].filter((link) => link.agent === agent);
    for (const link of woken) this.#all.delete(link);
    for (const link of woken) link.reopen();
  }
}
