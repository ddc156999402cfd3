import type { Settings } from "../adapter.ts";

/** What is done without asking: no effect, changes of files in the folder, or everything. */
export type Grant = "nothing" | "edits" | "all";

const automatic: Readonly<Record<Settings["sandbox"], Grant>> = {
  "read-only": "nothing",
  "workspace-write": "edits",
  "danger-full-access": "all",
};

/**
 * What these settings grant an agent that has no sandbox: a narrow one means asking, also where
 * approvals are automatic. Plan mode wins: a plan has no effects to grant.
 */
export function grantOf({ mode, approvals, sandbox }: Settings): Grant {
  return mode === "plan" || approvals !== "auto" ? "nothing" : automatic[sandbox];
}
