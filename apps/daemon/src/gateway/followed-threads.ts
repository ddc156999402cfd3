import { messageOf } from "@fairlead/bridge-core/session";
import type { Upstream } from "./upstream.ts";
import { within } from "./within.ts";

/** Time one thread may keep what else the client asks waiting. */
const againMs = 10_000;

/** Threads whose events a client gets over its connection to an agent. */
export class FollowedThreads {
  readonly #ids = new Set<string>();

  get size(): number {
    return this.#ids.size;
  }

  add(threadId: string): void {
    this.#ids.add(threadId);
  }

  delete(threadId: string): void {
    this.#ids.delete(threadId);
  }

  /**
   * Follows all of them over a new connection. One that the agent does not know any more is not
   * followed again; one that it takes long over is waited for only so long. Never rejects.
   */
  async again(upstream: Upstream, warn: (message: string) => void): Promise<void> {
    const all = [...this.#ids].map(async (threadId) => {
      try {
        await upstream.ask("thread/resume", { threadId, excludeTurns: true });
      } catch (error) {
        // Lost again, which says nothing of the thread.
        if (upstream.isClosed) return;
        this.#ids.delete(threadId);
        warn(`thread ${threadId}: ${messageOf(error)}`);
      }
    });
    await within(Promise.all(all), againMs, null);
  }
}
