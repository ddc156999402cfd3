import { messageOf } from "../errors.ts";
import { wireThread, type ThreadMeta } from "../threads/meta.ts";
import type { LiveThread } from "./live-thread.ts";
import type { ThreadBook } from "./thread-book.ts";

/** Conversations whose agents are opened at once because they changed. */
const maxOpenings = 4;
/** One that changes on and on, and whose agent does not stay, is opened no more often than this. */
const reopenMs = 10_000;
/** Between one look at what changed and the next: what changes then is looked at together. */
const lookPauseMs = 100;
const firstPauseMs = 250;
const longestPauseMs = 60_000;

/**
 * Follows what the agent's own terminal does to its conversations: opens those that clients look at
 * and tells clients of new ones. However much changes, little of it is done at once.
 */
export class ChangeWatch {
  readonly #book: ThreadBook;
  readonly #signal: AbortSignal;
  readonly #sinceMs: number;
  #isStarted = false;
  /** Native ids that changed since the last look. */
  #changed = new Set<string>();
  #isLooking = false;
  /** Native ids that no client needs to hear of again. */
  readonly #told = new Set<string>();
  readonly #waiting = new Set<LiveThread>();
  readonly #openedMs = new WeakMap<LiveThread, number>();
  #openings = 0;

  /** Ends with `signal`. */
  constructor(book: ThreadBook, signal: AbortSignal) {
    this.#book = book;
    this.#signal = signal;
    this.#sinceMs = book.services.now();
  }

  /** Begins to follow; does nothing the second time, or for agents that do not tell. */
  start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    void this.#run();
  }

  async #run(): Promise<void> {
    const signal = this.#signal;
    const { adapter, log } = this.#book.services;
    const { sessions } = adapter;
    if (sessions?.changes === undefined) return;
    let pauseMs = firstPauseMs;
    while (!signal.aborted) {
      try {
        for await (const nativeId of sessions.changes({ signal })) {
          if (signal.aborted) return;
          pauseMs = firstPauseMs;
          this.#changed.add(nativeId);
          void this.#look();
        }
      } catch (error) {
        if (signal.aborted) return;
        const message = `${adapter.displayName}'s own changes cannot be followed`;
        log("warn", `${message} for ${pauseMs} ms: ${messageOf(error)}`);
      }
      await this.#pause(pauseMs);
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    }
  }

  /** One look at a time: what changes meanwhile is the next one's. */
  async #look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    while (this.#changed.size > 0 && !this.#signal.aborted) {
      const changed = this.#changed;
      this.#changed = new Set();
      this.#book.forget(changed);
      this.#openWatched(changed);
      const fresh = [...changed].filter((nativeId) => !this.#told.has(nativeId));
      try {
        const found = await this.#book.foreign(fresh, this.#sinceMs);
        for (const meta of found) this.#announce(meta);
      } catch (error) {
        this.#book.services.log("warn", `what changed cannot be told: ${messageOf(error)}`);
      }
      await this.#pause(lookPauseMs);
    }
    this.#isLooking = false;
  }

  /** Resolves at once when the server ends. */
  async #pause(pauseMs: number): Promise<void> {
    const signal = this.#signal;
    await this.#book.services.host.sleep(pauseMs, { signal }).catch(() => {});
  }

  /** As codex tells every client of a thread that another one started. */
  #announce(meta: ThreadMeta): void {
    const { adapter, everyone } = this.#book.services;
    // Codex shows a thread only after its first message.
    if (meta.preview === "" || meta.nativeId === null) return;
    this.#told.add(meta.nativeId);
    if (meta.createdAtMs < this.#sinceMs || meta.parentThreadId !== null) return;
    const status = this.#book.status(meta.id);
    everyone.notify("thread/started", { thread: wireThread(adapter.id, meta, status) });
  }

  #openWatched(changed: ReadonlySet<string>): void {
    for (const thread of this.#book.live) {
      const { nativeId } = thread.wire.meta;
      if (nativeId === null || !changed.has(nativeId)) continue;
      if (thread.audience.size > 0 && !thread.hasAgent) this.#waiting.add(thread);
    }
    this.#openNext();
  }

  #openNext(): void {
    const nowMs = this.#book.services.now();
    for (const thread of this.#waiting) {
      if (this.#openings >= maxOpenings || this.#signal.aborted) return;
      this.#waiting.delete(thread);
      const lastMs = this.#openedMs.get(thread);
      if (thread.hasAgent || (lastMs !== undefined && nowMs - lastMs < reopenMs)) continue;
      this.#openedMs.set(thread, nowMs);
      this.#openings += 1;
      void thread.follow().finally(() => {
        this.#openings -= 1;
        this.#openNext();
      });
    }
  }
}
