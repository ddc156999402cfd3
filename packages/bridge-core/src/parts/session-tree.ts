import type { ThreadOp } from "../ops.ts";
import type { Outcome } from "./native-turns.ts";

/** What a session is to its tree. */
interface Ending {
  /** Ends the open turn; says nothing when there is none. */
  end(outcome: Outcome): ThreadOp[];
}

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
export class SessionTree<T extends Ending> {
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

  /**
   * A call that runs a sub-agent, in the session `child`: its `ops`, with what they mean for that.
   * `result` is null as long as it runs.
   */
  call(
    child: string,
    {
      parent,
      item,
      title,
    }: { readonly parent: string; readonly item: string; readonly title: string | null },
    result: "completed" | "interrupted" | null,
    ops: readonly ThreadOp[],
  ): ThreadOp[] {
    this.adopt(child, parent);
    const linked = this.link(child, item, title);
    return result === null ? [...ops, ...linked] : [...linked, ...this.end(child, result), ...ops];
  }

  /** The sub-agent of this session is done, or was stopped. */
  end(session: string, status: "completed" | "interrupted"): ThreadOp[] {
    return this.within(session, this.get(session)?.end({ status }) ?? []);
  }

  /**
   * A session's ops in its thread, which they introduce where nothing else has. What ends its turn
   * before that is complete ends the turns of its sub-agents.
   */
  within(session: string, ops: readonly ThreadOp[]): ThreadOp[] {
    const isStopped = ops.some((op) => op.op === "end" && op.status !== "completed" && !op.thread);
    const children = [...this.#nodes].filter(([, { parent }]) => parent === session && isStopped);
    const stopped = children.flatMap(([child]) => this.end(child, "interrupted"));
    const parent = this.#nodes.get(session)?.parent ?? null;
    if (parent === null) return [...stopped, ...ops];
    const linked = ops.some(({ op }) => op === "begin") ? this.link(session, null, null) : [];
    const inside = ops.map((op) => ("thread" in op ? op : { ...op, thread: session }));
    return [...this.within(parent, linked), ...stopped, ...inside];
  }
}
