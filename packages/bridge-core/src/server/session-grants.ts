import type { Ask } from "../ops.ts";

/**
 * What the user accepted for as long as a thread is loaded: nothing but the very kind and scope he
 * was shown.
 */
export class SessionGrants {
  readonly #granted = new Set<string>();

  /** Called for an answer that says so; an ask without a scope stands for itself alone. */
  remember(ask: Ask): void {
    const name = nameOf(ask);
    if (name !== null) this.#granted.add(name);
  }

  covers(ask: Ask): boolean {
    const name = nameOf(ask);
    return name !== null && this.#granted.has(name);
  }
}

function nameOf(ask: Ask): string | null {
  return "scope" in ask && ask.scope !== null ? JSON.stringify([ask.kind, ask.scope]) : null;
}
