import { deriveId } from "../ids.ts";
import type { ThreadOp } from "../ops.ts";
import type { ThreadServices } from "./services.ts";
import { WireThread, type WireThreadEvents } from "./wire-thread.ts";

/** The threads of one thread's sub-agents. Whoever follows the parent follows them. */
export class ChildThreads {
  readonly #services: ThreadServices;
  readonly #parent: WireThread;
  readonly #events: WireThreadEvents;
  readonly #byKey = new Map<string, WireThread>();

  constructor(services: ThreadServices, parent: WireThread, events: WireThreadEvents) {
    this.#services = services;
    this.#parent = parent;
    this.#events = events;
  }

  get all(): readonly WireThread[] {
    return [...this.#byKey.values()];
  }

  /**
   * The sub-agent's thread, made with its first mention; `op` is its introduction, if this is it.
   */
  get(key: string, op: Extract<ThreadOp, { op: "child" }> | null = null): WireThread {
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const { meta, audience } = this.#parent;
    const nowMs = this.#services.now();
    const child = new WireThread(
      this.#services,
      {
        ...meta,
        id: deriveId(meta.id, key),
        nativeId: op?.nativeId ?? null,
        nativeIds: op?.nativeId == null ? [] : [op.nativeId],
        from: null,
        parentThreadId: meta.id,
        forkedFromId: null,
        createdAtMs: nowMs,
        updatedAtMs: nowMs,
        name: op?.title ?? null,
        preview: op?.title ?? "",
        dynamicTools: [],
        used: null,
      },
      [],
      audience,
      this.#events,
    );
    this.#byKey.set(key, child);
    child.update({});
    child.announce();
    return child;
  }
}
