import { type FindAgent, splitModelId, unifiedModelId } from "./model-id.ts";

/** The thread a request with a model is of. */
export interface ThreadState {
  readonly agent: string;
  /** True from its first prompt on, also while that one runs. */
  readonly hasTurns: boolean;
}

/** What becomes of a thread whose client wants a model. */
export type MoveDecision =
  /** Its agent is asked. */
  | { readonly kind: "stay" }
  /** Its id goes over to a new thread of that agent, which starts with this model of its own. */
  | { readonly kind: "move"; readonly agent: string; readonly model: string }
  /** The sentence is for the client. */
  | { readonly kind: "refuse"; readonly sentence: string };

/**
 * Decides about a request that names a model, or none. A thread moves to the agent of the model
 * until its first prompt: a conversation cannot be carried from one agent to another. `method`
 * tells forks apart, which belong where their source is.
 */
export function moveDecision(o: {
  readonly method: string;
  readonly thread: ThreadState;
  readonly requested: string | null;
  readonly findAgent: FindAgent;
}): MoveDecision {
  const { method, thread, requested } = o;
  const split = requested === null ? null : splitModelId(requested, o.findAgent);
  if (split === null || split.agent === thread.agent) return { kind: "stay" };
  const wanted = unifiedModelId(split);
  if (method === "thread/fork") {
    return {
      kind: "refuse",
      sentence: `This thread belongs to ${thread.agent}, and so does every fork of it; start a new thread to use ${wanted}.`,
    };
  }
  if (thread.hasTurns) {
    return {
      kind: "refuse",
      sentence: `This thread belongs to ${thread.agent}; start a new thread to use ${wanted}, or choose a model whose name begins with ${thread.agent}/.`,
    };
  }
  return { kind: "move", agent: split.agent, model: split.model };
}
