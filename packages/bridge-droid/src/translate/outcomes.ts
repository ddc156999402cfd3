import type { Failure, FailureKind } from "@fairlead/bridge-core";
import type { Outcome } from "@fairlead/bridge-core/parts";

/** Why Droid ended a turn, where its reason says more than the words of the error. */
const kinds: Readonly<Record<string, FailureKind>> = {
  model_usage_exhausted: "usage-limit",
  model_authentication_failed: "unauthenticated",
  model_provider_unreachable: "connection",
  model_provider_unavailable: "overloaded",
  model_request_rejected: "bad-request",
  prompt_rejected: "bad-request",
};

/** Reasons that are no failure; a call that was not allowed ends a turn as it should. */
const completed = new Set(["completed", "permission_rejected", "spec_handoff"]);

/** How a turn ended; `failure` is what was told of an error in it. */
export function outcomeOf(reason: string, failure: Failure | null): Outcome {
  if (completed.has(reason)) return { status: "completed" };
  if (reason === "cancelled") return { status: "interrupted" };
  const message = failure?.message ?? `Droid ended the turn: ${reason.replaceAll("_", " ")}.`;
  const told = failure?.kind ?? "other";
  const isFormat = reason.startsWith("structured_output_");
  const known = isFormat ? "bad-request" : (kinds[reason] ?? "other");
  const kind = told === "other" ? known : told;
  return { status: "failed", failure: { ...failure, kind, message } };
}
