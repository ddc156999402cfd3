import type { Settings } from "@fairlead/bridge-core";

/** How one thread's program is told to treat permissions, and what the bridge answers for the user. */
export interface Permissions {
  /** Claude's own permission mode. `bypassPermissions` is never used: it cannot be left by every user, root included. */
  readonly mode: "default" | "acceptEdits" | "plan";
  /** Every permission request is granted at once; questions to the user are still asked. */
  readonly grantAll: boolean;
}

/**
 * The table `approvals × sandbox → Claude`. Claude has no sandbox the bridge could ask for, so a narrow sandbox means
 * asking, never refusing: `read-only` asks before every effect, also where approvals are automatic.
 */
const table: Readonly<
  Record<Settings["approvals"], Readonly<Record<Settings["sandbox"], Permissions>>>
> = {
  ask: {
    "read-only": { mode: "default", grantAll: false },
    "workspace-write": { mode: "default", grantAll: false },
    "danger-full-access": { mode: "default", grantAll: false },
  },
  auto: {
    "read-only": { mode: "default", grantAll: false },
    // Edits inside the folder run; what could leave it is asked.
    "workspace-write": { mode: "acceptEdits", grantAll: false },
    "danger-full-access": { mode: "default", grantAll: true },
  },
};

/** The permissions of these settings. Plan mode wins: a plan has no effects to grant. */
export function permissionsOf(settings: Settings): Permissions {
  if (settings.mode === "plan") return { mode: "plan", grantAll: false };
  return table[settings.approvals][settings.sandbox];
}
