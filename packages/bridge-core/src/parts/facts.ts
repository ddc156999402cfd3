import type { Settings } from "../adapter.ts";
import type { ThreadOp } from "../ops.ts";

/**
 * What an agent tells of itself over and over: only what is another than before is news. Settings are
 * as the user chose them at first, so that only their changes are.
 */
export class Facts {
  readonly #told = new Map<string, string>();

  /** Those of these facts that are news; null for one that says nothing. */
  news(facts: Readonly<Record<string, ThreadOp | null>>): ThreadOp[] {
    return Object.entries(facts).flatMap(([name, op]) => {
      const before = this.#told.get(name);
      const now = JSON.stringify(op);
      this.#told.set(name, now);
      const isSaid = before === undefined && op?.op === "settings";
      return op === null || before === now || isSaid ? [] : [op];
    });
  }
}

/** Settings as facts, each by itself. */
export function settingFacts(settings: Partial<Settings>): Record<string, ThreadOp> {
  const facts = Object.entries(settings).map(
    ([name, value]) => [name, { op: "settings", changed: { [name]: value } }] as const,
  );
  return Object.fromEntries(facts);
}
