import type { Settings } from "@fairlead/bridge-core";

/** How Claude is told to treat permissions, and what the bridge answers for the user. */
export interface Permissions {
  /** Claude's own mode. Never `bypassPermissions`: nothing could be asked any more. */
  readonly mode: "default" | "acceptEdits" | "plan";
  /** Every permission request is granted at once; questions to the user are still asked. */
  readonly grantAll: boolean;
}

const ask: Permissions = { mode: "default", grantAll: false };

/**
 * Approvals × sandbox → Claude. Claude has no sandbox to ask for, so a narrow one means asking:
 * `read-only` asks before every effect, also where approvals are automatic.
 */
const table: Readonly<
  Record<Settings["approvals"], Readonly<Record<Settings["sandbox"], Permissions>>>
> = {
  ask: { "read-only": ask, "workspace-write": ask, "danger-full-access": ask },
  auto: {
    "read-only": ask,
    // Edits inside the folder run; what could leave it is asked.
    "workspace-write": { mode: "acceptEdits", grantAll: false },
    "danger-full-access": { mode: "default", grantAll: true },
  },
};

/** The permissions of these settings. Plan mode wins: a plan has no effects to grant. */
export function permissionsOf({ mode, approvals, sandbox }: Settings): Permissions {
  return mode === "plan" ? { mode, grantAll: false } : table[approvals][sandbox];
}
