import type { OperatorPolicy } from "@fairlead/bridge-core";
import { type Excess, excessOf } from "./effective.ts";
import { type JsonObject, objectOf, textOf } from "./narrow.ts";

interface KnownThread {
  readonly folder: string | null;
  readonly excess: Excess | null;
}

const maxThreads = 10_000;

/** The settings of the loaded threads, as codex told them on one connection. */
export class KnownThreads {
  readonly #ceiling: OperatorPolicy;
  readonly #threads = new Map<string, KnownThread>();
  readonly #warned = new Map<string, Set<string>>();

  constructor(ceiling: OperatorPolicy) {
    this.#ceiling = ceiling;
  }

  /** Undefined for a thread that codex told nothing of, or that is not loaded any more. */
  get(threadId: string): KnownThread | undefined {
    return this.#threads.get(threadId);
  }

  /** Takes what a response or a notification says of a thread; gives back what is above the ceiling. */
  set(threadId: string, settings: JsonObject): Excess | null {
    const excess = excessOf(settings, this.#ceiling);
    this.#keep(threadId, { folder: textOf(settings["cwd"]), excess });
    return excess;
  }

  /** It was lowered. */
  lowered(threadId: string): void {
    const known = this.#threads.get(threadId);
    if (known !== undefined) this.#keep(threadId, { ...known, excess: null });
  }

  forget(threadId: string): void {
    this.#threads.delete(threadId);
  }

  /** Follows what codex tells of its own accord. */
  notified(method: string, params: JsonObject): void {
    const threadId = textOf(params["threadId"]);
    if (threadId === null) return;
    const isGone =
      method === "thread/closed" ||
      (method === "thread/status/changed" && objectOf(params["status"])["type"] === "notLoaded");
    if (isGone) this.forget(threadId);
    else if (method === "thread/settings/updated" && this.#threads.has(threadId)) {
      this.set(threadId, objectOf(params["threadSettings"]));
    }
  }

  /** Those of the sentences that the client was not told of this thread yet. */
  news(threadId: string, sentences: readonly string[]): readonly string[] {
    const told = this.#warned.get(threadId) ?? new Set();
    const news = sentences.filter((sentence) => !told.has(sentence));
    this.#warned.delete(threadId);
    this.#warned.set(threadId, new Set([...told, ...news].slice(-16)));
    dropOldest(this.#warned);
    return news;
  }

  #keep(threadId: string, known: KnownThread): void {
    this.#threads.delete(threadId);
    this.#threads.set(threadId, known);
    dropOldest(this.#threads);
  }
}

function dropOldest(map: Map<string, unknown>): void {
  const [oldest] = map.keys();
  if (map.size > maxThreads && oldest !== undefined) map.delete(oldest);
}
