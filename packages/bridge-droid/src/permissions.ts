import type { Settings } from "@fairlead/bridge-core";
import { grantOf, isOrdinaryFile, type Fields } from "@fairlead/bridge-core/parts";
import type { ToolCall } from "./translate/tools.ts";

/** What Droid and its kind run or read as their settings. */
const guarded = [".factory", ".claude", ".codex", ".fairlead", ".mcp.json"];

/** What no settings answer: it is about the conversation, or an organisation forbids it. */
const asked = new Set(["exit_spec_mode", "ask_user", "propose_mission", "start_mission_run"]);

/** Whether a call that Droid asks about runs unasked. */
export function isGranted(
  { item }: ToolCall,
  { confirmationType }: Fields,
  o: { readonly settings: Settings; readonly cwd: string },
): boolean {
  if (typeof confirmationType !== "string" || asked.has(confirmationType)) return false;
  const grant = grantOf(o.settings);
  if (grant === "all") return true;
  const isEdit = /^(edit|create|apply_patch)$/.test(confirmationType);
  if (grant === "nothing" || !isEdit || item.type !== "fileChange") return false;
  const paths = item.changes.flatMap(({ path, movedTo }) => [path, movedTo ?? path]);
  return paths.length > 0 && paths.every((path) => isOrdinaryFile(path, o.cwd, ...guarded));
}
