import { type OperatorPolicy, operatorRequirements } from "@fairlead/bridge-core";
import { limit, silent } from "./limits.ts";
import { isObject, type JsonObject, listOf, profileModeOf } from "./narrow.ts";

/** Methods that tell clients what they may choose from. */
export const telling: ReadonlySet<string> = new Set([
  "configRequirements/read",
  "permissionProfile/list",
]);

/** What codex tells, without what is above the ceiling: clients do not offer what they will not get. */
export function limitedTelling(
  method: string,
  result: JsonObject,
  ceiling: OperatorPolicy,
): JsonObject {
  if (method === "permissionProfile/list") {
    return { ...result, data: listOf(result["data"]).map((profile) => judged(profile, ceiling)) };
  }
  const ours = {
    ...operatorRequirements(ceiling),
    ...(ceiling.approvals === "auto" && { allowedApprovalsReviewers: null }),
  };
  const theirs = result["requirements"];
  if (!isObject(theirs)) return { ...result, requirements: ours };
  const { allowedApprovalPolicies, allowedApprovalsReviewers, allowedSandboxModes } = ours;
  const requirements = {
    ...theirs,
    allowedApprovalPolicies: both(theirs["allowedApprovalPolicies"], allowedApprovalPolicies),
    allowedApprovalsReviewers: both(theirs["allowedApprovalsReviewers"], allowedApprovalsReviewers),
    allowedSandboxModes: both(theirs["allowedSandboxModes"], allowedSandboxModes),
  };
  return { ...result, requirements };
}

function judged(profile: unknown, ceiling: OperatorPolicy): unknown {
  if (!isObject(profile)) return profile;
  const { lowered } = limit({ ...silent, mode: profileModeOf(profile["id"]) }, ceiling);
  return lowered.length === 0 ? profile : { ...profile, allowed: false };
}

/** Null = no limit. */
function both(theirs: unknown, ours: readonly unknown[] | null): readonly unknown[] | null {
  if (!Array.isArray(theirs)) return ours;
  return listOf(theirs).filter((value) => ours === null || ours.includes(value));
}
