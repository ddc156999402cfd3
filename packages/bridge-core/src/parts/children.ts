import type { ThreadOp } from "../ops.ts";
import { textInput } from "./user-input.ts";

/** What is known of a sub-agent when it starts. */
export interface ChildStart {
  /** Key of the thread that started it; null for the main one. */
  readonly thread: string | null;
  readonly prompt: string;
  readonly title: string | null;
  readonly nativeId: string | null;
}

/**
 * Sub-agents: each is a thread of its own, named by the call that started it, with a turn per run.
 */
export class Children {
  readonly #runs = new Map<string, { turn: string; open: boolean }>();

  /** Makes sure the sub-agent of this call has an open turn. */
  run(key: string, { thread, prompt, title, nativeId }: ChildStart): ThreadOp[] {
    const known = this.#runs.get(key);
    if (known?.open === true) return [];
    const turn = known === undefined ? key : `${known.turn}+`;
    this.#runs.set(key, { turn, open: true });
    if (known !== undefined) return [{ op: "begin", thread: key, turn, input: [] }];
    const child: ThreadOp = { op: "child", key, item: key, nativeId, title };
    return [
      thread === null ? child : { ...child, thread },
      { op: "begin", thread: key, turn, input: [textInput(prompt)] },
    ];
  }

  /**
   * The sub-agent of this call is done: `completed`, `failed`, or anything else for stopped. Says
   * nothing for a call that started none.
   */
  end(key: string, status: string): ThreadOp[] {
    const child = this.#runs.get(key);
    if (child?.open !== true) return [];
    child.open = false;
    const end = { op: "end", thread: key, turn: child.turn } as const;
    if (status === "completed") return [{ ...end, status }];
    if (status !== "failed") return [{ ...end, status: "interrupted" }];
    return [{ ...end, status, failure: { kind: "other", message: "The sub-agent failed." } }];
  }
}
