import type { Settings } from "@fairlead/bridge-core";
import { grantOf, textOf, type Fields } from "@fairlead/bridge-core/parts";

/** What Pi may do without asking. */
export interface Permissions {
  /** `reading`: looking at the folder; `edits`: that and changing files in it; `everything`. */
  readonly unasked: "reading" | "edits" | "everything";
  /** Plan mode: changes of files are refused unasked. */
  readonly planning: boolean;
}

const unasked = { nothing: "reading", edits: "edits", all: "everything" } as const;

/** The permissions of these settings. Pi has no sandbox: a narrow one means asking. */
export function permissionsOf(settings: Settings): Permissions {
  return { unasked: unasked[grantOf(settings)], planning: settings.mode === "plan" };
}

const readers = new Set(["read", "grep", "find", "ls"]);
const editors = new Set(["edit", "write"]);

/** `run`: whatever extensions make of it; `allow`: as it is; `plan`: refused in plan mode. */
export type Verdict = "run" | "allow" | "ask" | "plan";

/**
 * Whether a call runs unasked. Our extension says of it: `builtin`, it is Pi's own tool; `inside`, its
 * paths lie in the working folder; `guarded`, one of them decides what programs run.
 */
export function verdictOn(call: Fields, { unasked, planning }: Permissions): Verdict {
  const tool = textOf(call["tool"]);
  if (planning && editors.has(tool)) return "plan";
  if (unasked === "everything") return "run";
  if (call["builtin"] !== true || call["inside"] !== true) return "ask";
  if (readers.has(tool)) return "allow";
  const edits = editors.has(tool) && call["guarded"] === false;
  return edits && unasked === "edits" ? "allow" : "ask";
}
