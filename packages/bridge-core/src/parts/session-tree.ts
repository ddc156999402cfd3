import type { ThreadOp } from "../ops.ts";

interface Node<T> {
  readonly conversation: T;
  /** The session that started it; null for the root. */
  readonly parent: string | null;
  /** Its thread was told of. */
  isLinked: boolean;
}

/**
 * A session and those of its sub-agents, for agents that give these sessions of their own: the thread
 * of each is named by its session, which is the same live and in storage.
 */
export class SessionTree<T> {
  readonly #nodes = new Map<string, Node<T>>();
  readonly #make: () => T;
  /** The conversation of the root. */
  readonly root: T;

  constructor(root: string, make: () => T) {
    this.#make = make;
    this.root = make();
    this.#nodes.set(root, { conversation: this.root, parent: null, isLinked: true });
  }

  /** The conversation of a session; undefined for one that is not of this tree. */
  get(session: string): T | undefined {
    return this.#nodes.get(session)?.conversation;
  }

  /** A session was started by one of these; does nothing when it is known, or no such one did. */
  adopt(session: string, parent: string): void {
    if (this.#nodes.has(session) || !this.#nodes.has(parent)) return;
    this.#nodes.set(session, { conversation: this.#make(), parent, isLinked: false });
  }

  /** Introduces a sub-agent's thread, once; the op is its parent's. */
  link(session: string, item: string | null, title: string | null): ThreadOp[] {
    const node = this.#nodes.get(session);
    if (node === undefined || node.isLinked) return [];
    node.isLinked = true;
    return [{ op: "child", key: session, item, nativeId: session, title }];
  }

  /** The sessions this one has started. */
  childrenOf(session: string): readonly string[] {
    return [...this.#nodes].flatMap(([id, { parent }]) => (parent === session ? [id] : []));
  }

  /** A session's ops in its thread, which they introduce where nothing else has. */
  within(session: string, ops: readonly ThreadOp[]): ThreadOp[] {
    const parent = this.#nodes.get(session)?.parent ?? null;
    if (parent === null) return [...ops];
    const linked = ops.some(({ op }) => op === "begin") ? this.link(session, null, null) : [];
    const inside = ops.map((op) => ("thread" in op ? op : { ...op, thread: session }));
    return [...this.within(parent, linked), ...inside];
  }
}
