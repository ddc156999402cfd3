import type { ThreadOp } from "@fairlead/bridge-core";
import type { UserInput } from "@fairlead/codex-proto";

/** Sub-agents: each is a thread of its own, named by the call that started it, with a turn per run. */
export class Children {
  readonly #runs = new Map<string, { runs: number; open: boolean }>();

  /** Makes sure the sub-agent of this call has an open turn. `thread` is the caller's. */
  run(
    key: string,
    about: {
      readonly thread: string | null;
      readonly prompt: string;
      readonly title: string | null;
      readonly nativeId: string | null;
    },
  ): ThreadOp[] {
    const known = this.#runs.get(key);
    if (known?.open === true) return [];
    const runs = (known?.runs ?? 0) + 1;
    this.#runs.set(key, { runs, open: true });
    const { thread, prompt, title, nativeId } = about;
    const child: ThreadOp = { op: "child", key, item: key, nativeId, title };
    const input = runs === 1 && prompt !== "" ? [textInput(prompt)] : [];
    return [
      ...(runs === 1 ? [thread === null ? child : { ...child, thread }] : []),
      { op: "begin", thread: key, turn: runs === 1 ? key : `${key}:${runs}`, input },
    ];
  }

  /** The sub-agent of this call is done; says nothing for a call that started none. */
  end(key: string, status: string): ThreadOp[] {
    const child = this.#runs.get(key);
    if (child?.open !== true) return [];
    child.open = false;
    const turn = child.runs === 1 ? key : `${key}:${child.runs}`;
    if (status === "completed") return [{ op: "end", thread: key, turn, status: "completed" }];
    if (status !== "failed") return [{ op: "end", thread: key, turn, status: "interrupted" }];
    const failure = { kind: "other", message: "The sub-agent failed." } as const;
    return [{ op: "end", thread: key, turn, status: "failed", failure }];
  }
}

/** Plain text as a client would have sent it. */
export function textInput(text: string): UserInput {
  return { type: "text", text, text_elements: [] };
}
