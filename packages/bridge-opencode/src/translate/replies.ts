import type { AskAnswer } from "@fairlead/bridge-core";
import type { JsonValue } from "@fairlead/codex-proto";

/** A request of OpenCode's that waits for the user. */
export interface PendingAsk {
  readonly kind: "permission" | "question";
  /** `per_…` or `que_…`. */
  readonly id: string;
  /** The session it came from: the root or a child. */
  readonly session: string;
  /** Key of the item it is about. */
  readonly key: string;
  /** Ids of the questions, in OpenCode's order; empty for a permission. */
  readonly questions: readonly string[];
}

/** What OpenCode is told, to be posted to `path`. Never "always": that holds project-wide. */
export function replyTo(
  pending: PendingAsk,
  _answer: AskAnswer,
): { readonly path: string; readonly body: JsonValue } {
  return { path: `/${pending.kind}/${pending.id}/reject`, body: {} };
}
