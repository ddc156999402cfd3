import { snapshotWorktree, type WorktreeSnapshot } from "../git/worktree-snapshot.ts";
import type { ThreadServices } from "./services.ts";
import type { WireThread } from "./wire-thread.ts";

/**
 * What the turns of one thread change in the working tree, told as it changes. Nothing is told
 * outside a repository.
 */
export class TurnDiff implements AsyncDisposable {
  readonly #services: Pick<ThreadServices, "host" | "groups">;
  readonly #disposal = new AbortController();
  #snapshot: WorktreeSnapshot | null = null;
  #dirty = false;
  #told = "";

  constructor(services: Pick<ThreadServices, "host" | "groups">) {
    this.#services = services;
  }

  /** Remembers the tree before a turn. Never rejects, bounded in time. */
  async begin(cwd: string): Promise<void> {
    await this.#drop();
    const { signal } = this.#disposal;
    const { host, groups } = this.#services;
    try {
      const env = await host.environment(cwd);
      this.#snapshot = await snapshotWorktree({ cwd, env, signal, groups });
    } catch {
      // Disposed meanwhile: there is no turn to tell.
    }
  }

  /** A command ran: whatever it changed is told at the end of the turn. */
  touched(): void {
    this.#dirty = true;
  }

  /** The agent changed a file: the diff is told as soon as it is known. */
  changed(thread: WireThread): void {
    this.#dirty = true;
    void this.#tell(thread, thread.recorder.openTurnId);
  }

  /** Tells the last diff of the turn, if anything may have changed since the one before. */
  async finish(thread: WireThread): Promise<void> {
    if (this.#dirty) await this.#tell(thread, thread.recorder.openTurnId);
    await this.#drop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposal.abort();
    await this.#drop();
  }

  async #tell(thread: WireThread, turnId: string | null): Promise<void> {
    const diff = (await this.#snapshot?.diff(this.#disposal.signal)) ?? "";
    if (turnId === null || diff === this.#told || thread.recorder.openTurnId !== turnId) return;
    this.#told = diff;
    thread.notify("turn/diff/updated", { threadId: thread.meta.id, turnId, diff });
  }

  async #drop(): Promise<void> {
    const snapshot = this.#snapshot;
    this.#snapshot = null;
    this.#dirty = false;
    this.#told = "";
    await snapshot?.[Symbol.asyncDispose]();
  }
}
