import type { ThreadOp } from "../ops.ts";
import type { ChildThreads } from "./child-threads.ts";
import type { TurnDiff } from "./turn-diff.ts";
import type { WireThread } from "./wire-thread.ts";

/** Where the ops of one agent go. */
export interface OpTargets {
  readonly wire: WireThread;
  readonly children: ChildThreads;
  readonly diff: TurnDiff;
  onBackground(running: boolean): void;
  onSession(nativeId: string): void;
  /** The `end` that ends the running turn of the main thread. */
  onEnd(op: Extract<ThreadOp, { op: "end" }>, atMs: number): Promise<void>;
}

/** Brings an op to what it concerns. A promise means that the next op has to wait. */
export function routeOp(op: ThreadOp, atMs: number, targets: OpTargets): Promise<void> | void {
  const { wire, children, diff } = targets;
  const thread = op.thread === undefined ? wire : children.get(op.thread);
  switch (op.op) {
    case "background":
      return targets.onBackground(op.running);
    case "session":
      return targets.onSession(op.nativeId);
    case "settings": {
      // The policy is the user's: what the agent says of it changes nothing here.
      const { approvals: _approvals, sandbox: _sandbox, ...changed } = op.changed;
      return thread.changeSettings(changed);
    }
    case "title":
      return thread.rename(op.title);
    case "child": {
      const child = children.get(op.key, op);
      if (op.item !== null) thread.recorder.adoptChild(op.item, child.meta.id);
      return;
    }
    case "end":
      if (thread === wire && wire.recorder.ends(op)) return targets.onEnd(op, atMs);
      return thread.recorder.apply(op, atMs);
    case "close":
      thread.recorder.apply(op, atMs);
      if (op.item?.type === "fileChange") diff.changed(wire);
      else diff.touched();
      return;
    default:
      return thread.recorder.apply(op, atMs);
  }
}
