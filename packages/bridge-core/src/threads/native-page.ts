import type { ThreadListParams } from "@fairlead/codex-proto";
import { sortTime } from "./list.ts";
import type { ThreadMeta } from "./meta.ts";

/** One page of a list, newest first. */
export interface NativePageRequest {
  readonly sortKey: ThreadListParams["sortKey"];
  readonly limit: number;
  /** The last thread of the page before; null = the first page. */
  readonly after: ThreadMeta | null;
}

/**
 * Tells how many of the agent's own conversations have to be read for one page. They come in the
 * order of their last change, and none began after that: once a page is full, what changed before
 * the last of it began cannot be on it, in either order.
 */
export class NativePage {
  readonly #request: NativePageRequest;
  /** Newest first, one more than the page: it tells that there is a next one. */
  readonly #times: number[] = [];

  constructor(request: NativePageRequest) {
    this.#request = request;
  }

  /** True when neither a conversation that last changed then nor an older one can be on the page. */
  isCompleteBefore(updatedAtMs: number): boolean {
    const last = this.#times[this.#request.limit];
    return last !== undefined && updatedAtMs < last;
  }

  /** Counts a thread that fits the list. */
  add(meta: ThreadMeta): void {
    const { sortKey, limit, after } = this.#request;
    const time = sortTime(meta, sortKey);
    // Of those as new as the last page's end some were on it: without them too much is read, not too little.
    if (after !== null && time >= sortTime(after, sortKey)) return;
    const place = this.#times.findIndex((known) => known < time);
    this.#times.splice(place === -1 ? this.#times.length : place, 0, time);
    if (this.#times.length > limit + 1) this.#times.pop();
  }
}
