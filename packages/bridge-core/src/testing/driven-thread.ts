import type { AgentThread, Settings } from "../adapter.ts";
import type { ThreadOp } from "../ops.ts";

/** A thread of a bridge's as a test drives it. */
export interface DrivenThread {
  /** All ops up to the first that matches, with it; each op once. Rejects when they end before. */
  readonly until: (matches: (op: ThreadOp) => boolean) => Promise<ThreadOp[]>;
  /** Hands over a turn of one text, as `id` where one is given; `change`: other settings for it. */
  readonly prompt: (text: string, change?: Partial<Settings>, id?: string) => Promise<void>;
}

/** Takes over the ops of a thread. Turns have these settings, and this id, when they name no other. */
export function driven(thread: AgentThread, settings: Settings, turnId: string): DrivenThread {
  const ops = thread.ops[Symbol.asyncIterator]();
  return {
    until: async (matches) => {
      const found: ThreadOp[] = [];
      for (;;) {
        const next = await ops.next();
        if (next.done === true) throw new Error(`the ops end after ${JSON.stringify(found)}`);
        found.push(next.value);
        if (matches(next.value)) return found;
      }
    },
    prompt: (text, change = {}, id = turnId) =>
      thread.prompt({
        id,
        input: [{ type: "text", text, text_elements: [] }],
        settings: { ...settings, ...change },
        outputSchema: null,
      }),
  };
}
