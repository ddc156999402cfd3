import type { Settings } from "@fairlead/bridge-core";

/** A tool call as Pi's side of the bridge describes it before it runs. */
export interface Effect {
  readonly tool: string;
  /** Pi's own tool of that name, not an extension's. */
  readonly builtin: boolean;
  /** Every path it names lies in the working folder, links followed. */
  readonly inside: boolean;
  /** One of them is among the files that decide what programs run, such as Git's hooks. */
  readonly guarded: boolean;
}

/** What Pi may do without asking. */
export interface Permissions {
  /** `reading`: looking at the folder; `edits`: that and changing files in it; `everything`. */
  readonly unasked: "reading" | "edits" | "everything";
  /** Plan mode: changes of files are refused unasked. */
  readonly planning: boolean;
}

const reading = { unasked: "reading", planning: false } as const;

/**
 * Approvals × sandbox → Pi. Pi has no sandbox, so a narrow one means asking: `read-only` asks before
 * every effect, also where approvals are automatic.
 */
const table: Readonly<
  Record<Settings["approvals"], Readonly<Record<Settings["sandbox"], Permissions>>>
> = {
  ask: { "read-only": reading, "workspace-write": reading, "danger-full-access": reading },
  auto: {
    "read-only": reading,
    "workspace-write": { unasked: "edits", planning: false },
    "danger-full-access": { unasked: "everything", planning: false },
  },
};

/** The permissions of these settings. Plan mode wins: a plan has no effects to grant. */
export function permissionsOf({ mode, approvals, sandbox }: Settings): Permissions {
  return mode === "plan" ? { unasked: "reading", planning: true } : table[approvals][sandbox];
}

const readers = new Set(["read", "grep", "find", "ls"]);
const editors = new Set(["edit", "write"]);

/**
 * What becomes of a call. `run`: as it is and whatever extensions make of it; `allow`: as it is;
 * `plan`: refused for plan mode's sake.
 */
export type Verdict = "run" | "allow" | "ask" | "plan";

/** Whether a call runs unasked, is asked about, or refused. */
export function verdictOn(effect: Effect, permissions: Permissions): Verdict {
  const { tool, builtin, inside, guarded } = effect;
  if (permissions.planning && editors.has(tool)) return "plan";
  if (permissions.unasked === "everything") return "run";
  if (!builtin || !inside) return "ask";
  if (readers.has(tool)) return "allow";
  return permissions.unasked === "edits" && editors.has(tool) && !guarded ? "allow" : "ask";
}
