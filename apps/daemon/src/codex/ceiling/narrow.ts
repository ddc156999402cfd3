import type { SandboxMode } from "@fairlead/codex-proto";

/** A JSON object, as it came. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** True for a JSON object. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object that a frame is; null for anything else. */
export function parseObject(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** The object, or an empty one. */
export function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

/** The list, or an empty one. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The text, or null. */
export function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** Mode of a value of `sandbox`; null for what says nothing. What is unknown counts as the highest. */
export function sandboxModeOf(value: unknown): SandboxMode | null {
  if (value == null) return null;
  return value === "read-only" || value === "workspace-write" ? value : "danger-full-access";
}

/** Mode of a `SandboxPolicy`. An external sandbox is the client's claim, so it counts as none. */
export function policyModeOf(value: unknown): SandboxMode | null {
  if (value == null) return null;
  switch (objectOf(value)["type"]) {
    case "readOnly":
      return "read-only";
    case "workspaceWrite":
      return "workspace-write";
    default:
      return "danger-full-access";
  }
}

/** Mode of a built-in permission profile; null for none, the highest for one of the user's own. */
export function profileModeOf(value: unknown): SandboxMode | null {
  if (value == null) return null;
  switch (value) {
    case ":read-only":
      return "read-only";
    case ":workspace":
      return "workspace-write";
    default:
      return "danger-full-access";
  }
}

/** True for a value of `approvalPolicy` that switches approvals off, as far as can be known. */
export function isApprovalsOff(value: unknown): boolean {
  if (value == null || isObject(value)) return false;
  return value !== "untrusted" && value !== "on-request" && value !== "on-failure";
}
