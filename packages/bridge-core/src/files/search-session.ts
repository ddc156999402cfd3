import type { FuzzyFileSearchResult } from "@fairlead/codex-proto";
import { Cancellation } from "./cancellation.ts";
import type { SearchableFiles } from "./searchable-files.ts";

/** Where a session's results go. */
export interface SearchListener {
  /** The best matches of the query now. */
  readonly updated: (query: string, files: FuzzyFileSearchResult[]) => void;
  /** Nothing more comes for the last query. */
  readonly completed: () => void;
}

/**
 * Searches the same files for a query that changes as the user types. Tells nothing once disposed.
 */
export class SearchSession implements Disposable {
  readonly #listing = new Cancellation();
  readonly #files: Promise<SearchableFiles>;
  readonly #listener: SearchListener;
  #query = new Cancellation();

  /** `list` never rejects; its signal aborts with the session. */
  constructor(list: (signal: AbortSignal) => Promise<SearchableFiles>, listener: SearchListener) {
    this.#files = list(this.#listing.signal);
    this.#listener = listener;
  }

  /** Replaces the query that runs, which then tells nothing. Never rejects. */
  async search(query: string): Promise<void> {
    this.#query[Symbol.dispose]();
    if (this.#listing.signal.aborted) return;
    this.#query = new Cancellation();
    const { signal } = this.#query;
    const found = await (await this.#files).search(query, signal);
    if (signal.aborted) return;
    this.#listener.updated(query, found);
    this.#listener.completed();
  }

  [Symbol.dispose](): void {
    this.#query[Symbol.dispose]();
    this.#listing[Symbol.dispose]();
  }
}
