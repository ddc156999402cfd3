import { applyPolicy, type OperatorPolicy, type ThreadPolicy } from "@fairlead/bridge-core";
import type { SandboxMode } from "@fairlead/codex-proto";

/** What somebody wants of a thread; null = says nothing of it. */
export interface Wish {
  /** True: without approvals. */
  readonly isApprovalsOff: boolean;
  /** Who answers approvals: `user`, or a model. */
  readonly reviewer: unknown;
  readonly mode: SandboxMode | null;
}

/** What to put in the place of what is above the ceiling; null = it stays as it is. */
export interface Limit {
  readonly approvalPolicy: ThreadPolicy["approvalPolicy"] | null;
  readonly reviewer: "user" | null;
  readonly mode: SandboxMode | null;
  /** The policy of `mode`. */
  readonly sandboxPolicy: ThreadPolicy["sandbox"] | null;
  /** Sentences for the client; empty when nothing is above the ceiling. */
  readonly lowered: readonly string[];
}

/** Says nothing. */
export const silent: Wish = { isApprovalsOff: false, reviewer: null, mode: null };

const lowest: ThreadPolicy = {
  approvalPolicy: "on-request",
  sandbox: { type: "readOnly", networkAccess: false },
};

/** Holds a wish to the operator's ceiling. */
export function limit(wish: Wish, ceiling: OperatorPolicy): Limit {
  const { policy, lowered } = applyPolicy(
    lowest,
    { approvalPolicy: wish.isApprovalsOff ? "never" : null, sandbox: wish.mode },
    ceiling,
  );
  const isAsked = wish.isApprovalsOff && policy.approvalPolicy !== "never";
  const mode = allowedMode(policy.sandbox.type);
  const isLowered = wish.mode !== null && wish.mode !== mode;
  const isReviewed =
    ceiling.approvals === "ask" && wish.reviewer != null && wish.reviewer !== "user";
  return {
    approvalPolicy: isAsked ? policy.approvalPolicy : null,
    reviewer: isReviewed ? "user" : null,
    mode: isLowered ? mode : null,
    sandboxPolicy: isLowered ? policy.sandbox : null,
    lowered: [
      ...(lowered === null ? [] : [lowered]),
      ...(isReviewed
        ? [
            "The operator's policy limits this thread: approvals are answered by people, not by a model.",
          ]
        : []),
    ],
  };
}

function allowedMode(type: ThreadPolicy["sandbox"]["type"]): SandboxMode {
  switch (type) {
    case "readOnly":
      return "read-only";
    case "workspaceWrite":
      return "workspace-write";
    case "externalSandbox":
    case "dangerFullAccess":
      return "danger-full-access";
  }
}
