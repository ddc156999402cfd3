/** How it stands with a call that has asked for leave. */
export type Leaving = "waits" | "allowed" | "declined";

/** Which calls have asked whether they may run, and what was said to them. */
export class AskedCalls {
  readonly #asked = new Map<string, { leaving: Leaving; readonly own: boolean }>();

  /** This one asks; `own`: not for a conversation beside this one. */
  asks(id: string, own: boolean): void {
    this.#asked.set(id, { leaving: "waits", own });
  }

  /** It has its answer. */
  decided(id: string, leaving: "allowed" | "declined"): void {
    const asked = this.#asked.get(id);
    if (asked !== undefined) asked.leaving = leaving;
  }

  /** It is over: how it stood; null for one that never asked. */
  over(id: string): Leaving | null {
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    return asked?.leaving ?? null;
  }

  /**
   * The same for a call that may have asked under another id than it is told by: then that is the id
   * of nothing that was told.
   */
  overUnnamed(isTold: (id: string) => boolean): Leaving | null {
    const [id] = [...this.#asked].find(([other, { own }]) => own && !isTold(other)) ?? [];
    return id === undefined ? null : this.over(id);
  }

  clear(): void {
    this.#asked.clear();
  }
}
