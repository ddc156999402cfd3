import type { Settings } from "@fairlead/bridge-core";
import {
  grantOf,
  isOrdinaryFile,
  isWithin,
  pathFrom,
  textOf,
  type Fields,
  type StreamedCall,
} from "@fairlead/bridge-core/parts";

/** What Droid and its kind run or read as their settings. */
const guarded = [".factory", ".claude", ".codex", ".fairlead", ".mcp.json"];

/** What no settings answer: it is about the conversation itself. */
const asked = new Set(["ExitSpecMode", "ProposeMission", "StartMissionRun"]);

const readers = new Set(["Read", "LS", "Grep", "Glob"]);

/** Where a reading tool looks; by default in the working folder. */
function lookedAt({ file_path: file, path, folder, directory_path: directory }: Fields): string {
  return textOf(file ?? path ?? folder ?? directory) || ".";
}

/** Whether a call runs unasked. */
export function isGranted(
  { name, item, input }: StreamedCall,
  o: { readonly settings: Settings; readonly cwd: string },
): boolean {
  if (asked.has(name)) return false;
  if (readers.has(name) && isWithin(o.cwd, pathFrom(o.cwd, lookedAt(input)))) return true;
  const grant = grantOf(o.settings);
  if (grant !== "edits" || item.type !== "fileChange") return grant === "all";
  const paths = item.changes.flatMap(({ path, movedTo }) => [path, movedTo ?? path]);
  return paths.length > 0 && paths.every((path) => isOrdinaryFile(path, o.cwd, ...guarded));
}
