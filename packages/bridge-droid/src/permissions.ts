import type { Settings } from "@fairlead/bridge-core";
import { grantOf, isOrdinaryFile } from "@fairlead/bridge-core/parts";
import type { ToolCall } from "./translate/tools.ts";

/** What Droid and its kind run or read as their settings. */
const guarded = [".factory", ".claude", ".codex", ".fairlead", ".mcp.json"];

/** What no settings answer: it is about the conversation itself. */
const asked = new Set(["ExitSpecMode", "ProposeMission", "StartMissionRun"]);

/** Whether a call runs unasked. */
export function isGranted(
  { name, item }: ToolCall,
  o: { readonly settings: Settings; readonly cwd: string },
): boolean {
  if (asked.has(name)) return false;
  const grant = grantOf(o.settings);
  if (grant !== "edits" || item.type !== "fileChange") return grant === "all";
  const paths = item.changes.flatMap(({ path, movedTo }) => [path, movedTo ?? path]);
  return paths.length > 0 && paths.every((path) => isOrdinaryFile(path, o.cwd, ...guarded));
}
