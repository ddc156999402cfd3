import type { Settings } from "@fairlead/bridge-core";
import { grantOf } from "@fairlead/bridge-core/parts";

/** How Claude is told to treat permissions, and what the bridge answers for the user. */
export interface Permissions {
  /** Claude's own mode. Never `bypassPermissions`: nothing could be asked any more. */
  readonly mode: "default" | "acceptEdits" | "plan";
  /** Every permission request is granted at once; questions to the user are still asked. */
  readonly grantAll: boolean;
}

/**
 * The permissions of these settings. Claude has no sandbox to ask for: a narrow one means asking, and
 * what could leave the folder is asked also where edits in it run.
 */
export function permissionsOf(settings: Settings): Permissions {
  if (settings.mode === "plan") return { mode: "plan", grantAll: false };
  const granted = grantOf(settings);
  return { mode: granted === "edits" ? "acceptEdits" : "default", grantAll: granted === "all" };
}
