import type { OperatorPolicy } from "@fairlead/bridge-core";
import { limit } from "./limits.ts";
import { isApprovalsOff, type JsonObject, policyModeOf } from "./narrow.ts";

/** What a thread really has that is above the ceiling, and what to do about it. */
export interface Excess {
  /** Params of `thread/settings/update` beside the thread, that lower it. */
  readonly update: JsonObject;
  /** Sentences for the client. */
  readonly lowered: readonly string[];
}

/**
 * Holds the settings a thread has, as codex tells them, to the ceiling; null when they are within it.
 * They come from everywhere: the request, the configuration of the user, an earlier life of the
 * thread. `sandbox` is the name of the field in responses, `sandboxPolicy` that in notifications.
 */
export function excessOf(settings: JsonObject, ceiling: OperatorPolicy): Excess | null {
  const { approvalPolicy, approvalsReviewer, sandbox, sandboxPolicy } = settings;
  const limited = limit(
    {
      isApprovalsOff: isApprovalsOff(approvalPolicy),
      reviewer: approvalsReviewer,
      mode: policyModeOf(sandboxPolicy ?? sandbox),
    },
    ceiling,
  );
  if (limited.lowered.length === 0) return null;
  return {
    update: {
      ...(limited.approvalPolicy !== null && { approvalPolicy: limited.approvalPolicy }),
      ...(limited.reviewer !== null && { approvalsReviewer: limited.reviewer }),
      ...(limited.sandboxPolicy !== null && { sandboxPolicy: limited.sandboxPolicy }),
    },
    lowered: limited.lowered,
  };
}

/** The response of a thread that was lowered, as it is now. */
export function loweredResult(result: JsonObject, { update }: Excess): JsonObject {
  const { sandboxPolicy, ...more } = update;
  if (sandboxPolicy === undefined) return { ...result, ...more };
  return { ...result, ...more, sandbox: sandboxPolicy, activePermissionProfile: null };
}
