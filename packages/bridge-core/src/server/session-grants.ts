import type { Ask } from "../ops.ts";

/**
 * What the user accepted for as long as a thread is loaded: nothing but the very kind and scope he
 * was shown.
 */
export class SessionGrants {
  readonly #granted = new Set<string>();

  /** Called for an answer that says so; an ask without a scope stands for itself alone. */
  remember(ask: Ask): void {
    for (const name of namesOf(ask)) this.#granted.add(name);
  }

  covers(ask: Ask): boolean {
    const names = namesOf(ask);
    return names.length > 0 && names.every((name) => this.#granted.has(name));
  }
}

function namesOf(ask: Ask): readonly string[] {
  const { scope = null } = "scope" in ask ? ask : {};
  const scopes = typeof scope === "string" ? [scope] : (scope ?? []);
  return scopes.map((name) => JSON.stringify([ask.kind, name]));
}
