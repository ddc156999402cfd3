import type { ThreadStatus } from "@fairlead/codex-proto";
import type { AgentThread, NativeSession } from "../adapter.ts";
import { BridgeError, messageOf, RpcError } from "../errors.ts";
import {
  type NativeChild,
  nativeMeta,
  nativeThreadId,
  readChildTurns,
  readTurns,
  type ThreadPast,
} from "../threads/history.ts";
import { applyPolicy } from "../policy.ts";
import type { ThreadMeta } from "../threads/meta.ts";
import type { NativePage } from "../threads/native-page.ts";
import type { TurnRecord } from "../turn/turn-record.ts";
import { LiveThread } from "./live-thread.ts";
import type { ThreadServices } from "./services.ts";

/** What the book needs beside what threads share. */
export interface ThreadBookParts {
  readonly openAgent: (thread: LiveThread, signal: AbortSignal) => Promise<AgentThread>;
  readonly defaultCwd: string;
  /** Agents kept open at once; idle ones beyond it are let go, the longest unused first. */
  readonly maxAgents: number;
}

/** Every thread there is: the loaded ones, the stored ones and those of the agent's own storage. */
export class ThreadBook implements AsyncDisposable {
  readonly services: ThreadServices;
  readonly #parts: ThreadBookParts;
  readonly #live = new Map<string, LiveThread>();
  readonly #loading = new Map<string, Promise<LiveThread>>();
  /**
   * Native conversations of the last listings, so that a listed thread is found again without one.
   */
  readonly #natives = new Map<string, NativeSession>();
  /** Sub-agents that only the agent's own records know, found when those were read. */
  readonly #nativeChildren = new Map<string, NativeChild>();

  constructor(services: ThreadServices, parts: ThreadBookParts) {
    this.services = services;
    this.#parts = parts;
  }

  get live(): readonly LiveThread[] {
    return [...this.#live.values()];
  }

  /** The loaded thread, or an error in codex's words. */
  loaded(id: string): LiveThread {
    const thread = this.#live.get(id);
    if (thread === undefined) throw RpcError.invalidRequest(`thread not found: ${id}`);
    return thread;
  }

  isLoaded(id: string): boolean {
    return this.#live.has(id);
  }

  /** Puts a new thread into the book. */
  add(
    meta: ThreadMeta,
    turns: readonly TurnRecord[],
    running: TurnRecord | null = null,
  ): LiveThread {
    const { openAgent } = this.#parts;
    const open = async (thread: LiveThread, signal: AbortSignal): Promise<AgentThread> => {
      await this.#makeRoom(thread);
      return openAgent(thread, signal);
    };
    const thread = new LiveThread(this.services, { meta, turns, running, openAgent: open });
    this.#live.set(meta.id, thread);
    return thread;
  }

  /** Loads a thread with its turns; the same one for callers at the same time. */
  async load(id: string): Promise<LiveThread> {
    const live = this.#live.get(id);
    if (live !== undefined) return live;
    const loading = this.#loading.get(id) ?? this.#load(id);
    this.#loading.set(id, loading);
    try {
      return await loading;
    } finally {
      this.#loading.delete(id);
    }
  }

  /** What is kept of a thread, loaded or not. Undefined when there is none of that id. */
  async find(id: string): Promise<ThreadMeta | undefined> {
    const live = this.#wire(id);
    return (
      live?.meta ??
      (await this.services.store.get(id)) ??
      this.#nativeChildren.get(id)?.meta ??
      (await this.#findNative(id))
    );
  }

  status(id: string): ThreadStatus {
    return this.#wire(id)?.recorder.threadStatus ?? { type: "notLoaded" };
  }

  /** Changes what is kept of a thread, loaded or not. */
  update(meta: ThreadMeta, change: Partial<ThreadMeta>): ThreadMeta {
    const live = this.#wire(meta.id);
    if (live !== undefined) {
      live.update(change);
      return live.meta;
    }
    const changed = { ...meta, ...change };
    this.services.store.save(changed);
    return changed;
  }

  /** True for threads core has a journal of, not only the agent's own record. */
  async isStored(id: string): Promise<boolean> {
    return (await this.services.store.get(id)) !== undefined;
  }

  /** A thread, and those of its sub-agents that core has records of, at any depth. */
  async family(id: string): Promise<readonly string[]> {
    const stored = await this.services.store.all();
    const family = [id];
    // Grows while it is read: children of children come behind them.
    for (const parent of family) {
      for (const meta of stored) if (meta.parentThreadId === parent) family.push(meta.id);
    }
    return family;
  }

  /** All turns, the running one last. */
  async turns(meta: ThreadMeta): Promise<readonly TurnRecord[]> {
    const live = this.#wire(meta.id);
    if (live !== undefined) return live.allTurns;
    const { turns, running } = await this.#past(meta);
    return running === null ? turns : [...turns, running.now];
  }

  async #past(meta: ThreadMeta): Promise<ThreadPast> {
    const { adapter, log, clientToolServer, store } = this.services;
    const { signal } = new AbortController();
    const onChild = (child: NativeChild): void => {
      this.#nativeChildren.set(child.meta.id, child);
    };
    const sources = { adapter, log, clientToolServer, onChild };
    const child = this.#nativeChildren.get(meta.id);
    if (child !== undefined && (await store.get(meta.id)) === undefined) {
      return readChildTurns(sources, child, signal);
    }
    return readTurns(sources, meta, await store.journal(meta.id), signal);
  }

  /**
   * Every thread that fits, those of the agent's own storage included: `all` of them, none, or as
   * many as a page needs, because a terminal user's storage may hold ten thousand.
   */
  async all(
    fits: (meta: ThreadMeta) => boolean = () => true,
    native: "all" | "none" | NativePage = "all",
  ): Promise<ThreadMeta[]> {
    const page = typeof native === "string" ? null : native;
    const { adapter, store } = this.services;
    const stored = new Map((await store.all()).map((meta) => [meta.id, meta]));
    const ours = new Map(
      [...stored.values()].flatMap(({ id, nativeIds }) => nativeIds.map((native) => [native, id])),
    );
    const foreign: ThreadMeta[] = [];
    if (native !== "none")
      await this.#readNative((session) => {
        if (page?.isCompleteBefore(session.updatedAtMs) === true) return false;
        const id = ours.get(session.nativeId) ?? nativeThreadId(adapter, session.nativeId);
        const known = stored.get(id);
        if (known !== undefined) {
          // A conversation that went on in the agent's own terminal is as new as its file.
          const updatedAtMs = Math.max(known.updatedAtMs, session.updatedAtMs);
          if (!this.isLoaded(known.id)) stored.set(known.id, { ...known, updatedAtMs });
        } else {
          const meta = this.#nativeMeta(session);
          if (fits(meta)) {
            foreign.push(meta);
            page?.add(meta);
          }
        }
        return true;
      });
    const own = [...stored.values()].map((meta) => this.#wire(meta.id)?.meta ?? meta);
    return [...own.filter(fits), ...foreign];
  }

  /** Forgets what a listing said of conversations that changed in the agent's own storage since. */
  forget(nativeIds: Iterable<string>): void {
    const { adapter } = this.services;
    for (const nativeId of nativeIds) this.#natives.delete(nativeThreadId(adapter, nativeId));
  }

  /** Those of the conversations that changed after `sinceMs` and that core has never run. */
  async foreign(nativeIds: Iterable<string>, sinceMs: number): Promise<ThreadMeta[]> {
    const { store } = this.services;
    const left = new Set<string>();
    for (const nativeId of nativeIds) {
      const isOurs = this.live.some((thread) => thread.isConversation(nativeId));
      if (!isOurs && (await store.byNativeId(nativeId)) === undefined) left.add(nativeId);
    }
    const found: ThreadMeta[] = [];
    if (left.size === 0) return found;
    await this.#readNative((session) => {
      if (session.updatedAtMs < sinceMs) return false;
      if (left.delete(session.nativeId)) found.push(this.#nativeMeta(session));
      return left.size > 0;
    });
    return found;
  }

  /** Takes a thread out of memory. */
  async unload(id: string): Promise<void> {
    const thread = this.#live.get(id);
    if (thread === undefined) return;
    this.#live.delete(id);
    await thread[Symbol.asyncDispose]();
    const status = { type: "notLoaded" } as const;
    this.services.everyone.notify("thread/status/changed", { threadId: id, status });
  }

  /** Lets agents go that nobody has used for `idleMs`. Never one that is busy. */
  async reap(idleMs: number): Promise<void> {
    const before = this.services.now() - idleMs;
    const idle = this.live.filter(
      (thread) => thread.hasAgent && !thread.isBusy && thread.lastUsedMs < before,
    );
    await Promise.all(idle.map((thread) => thread.releaseAgent()));
    const left = this.live.filter(
      (thread) => thread.audience.size === 0 && !thread.isBusy && thread.lastUsedMs < before,
    );
    await Promise.all(left.map((thread) => this.unload(thread.id)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#live.keys()].map((id) => this.unload(id)));
  }

  async #load(id: string): Promise<LiveThread> {
    const meta = await this.find(id);
    if (meta === undefined) throw RpcError.invalidRequest(`no rollout found for thread id ${id}`);
    const { turns, running } = await this.#past(meta);
    // The operator may allow less now than when it was written.
    const { policy } = applyPolicy(meta.policy, {}, this.services.policy);
    return this.#live.get(id) ?? this.add({ ...meta, policy }, turns, running?.cut ?? null);
  }

  #wire(id: string) {
    const live = this.#live.get(id);
    if (live !== undefined) return live.wire;
    for (const thread of this.#live.values()) {
      const child = thread.children.find(({ meta }) => meta.id === id);
      if (child !== undefined) return child;
    }
    return undefined;
  }

  async #makeRoom(opening: LiveThread): Promise<void> {
    const open = this.live.filter((thread) => thread.hasAgent);
    const idle = open
      .filter((thread) => thread !== opening && !thread.isBusy)
      .toSorted((a, b) => a.lastUsedMs - b.lastUsedMs);
    const excess = idle.slice(0, Math.max(0, open.length - this.#parts.maxAgents));
    await Promise.all(excess.map((thread) => thread.releaseAgent()));
  }

  async #findNative(id: string): Promise<ThreadMeta | undefined> {
    const session = this.#natives.get(id) ?? (await this.#readUntil(id));
    return session === undefined ? undefined : this.#nativeMeta(session);
  }

  async #readUntil(id: string): Promise<NativeSession | undefined> {
    let found: NativeSession | undefined;
    await this.#readNative((session) => {
      if (nativeThreadId(this.services.adapter, session.nativeId) !== id) return true;
      found = session;
      return false;
    });
    return found;
  }

  /**
   * Reads the agent's own conversations while `visit` says true; a storage that cannot be read is
   * logged.
   */
  async #readNative(visit: (session: NativeSession) => boolean): Promise<void> {
    const { adapter, log } = this.services;
    if (adapter.sessions === undefined) return;
    const stop = new AbortController();
    try {
      for await (const session of adapter.sessions.list({ cwd: null, signal: stop.signal })) {
        this.#natives.set(nativeThreadId(adapter, session.nativeId), session);
        if (!visit(session)) break;
      }
    } catch (error) {
      log("warn", `${adapter.displayName}'s own sessions cannot be listed: ${messageOf(error)}`);
    } finally {
      stop.abort();
    }
  }

  #nativeMeta(session: NativeSession): ThreadMeta {
    const { adapter, policy } = this.services;
    return nativeMeta(adapter, session, { cwd: this.#parts.defaultCwd, policy });
  }

  /** Refuses to write to a conversation that another process is writing to. */
  async requireFree(meta: ThreadMeta): Promise<void> {
    if (meta.nativeId === null || this.isLoaded(meta.id)) return;
    const session = await this.#readUntil(nativeThreadId(this.services.adapter, meta.nativeId));
    if (session?.busyElsewhere !== true) return;
    throw new BridgeError(
      "busy-elsewhere",
      `thread ${meta.id} is open in another ${this.services.adapter.displayName} process: close it there, or fork it`,
    );
  }
}
