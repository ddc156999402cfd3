import type { Settings } from "@fairlead/bridge-core";
import {
  grantOf,
  isOrdinaryFile,
  isWithin,
  type Fields,
  type StreamedCall,
} from "@fairlead/bridge-core/parts";
import { resolve } from "node:path";

/** What Droid and its kind run or read as their settings. */
const guarded = [".factory", ".claude", ".codex", ".fairlead", ".mcp.json"];

/** What no settings answer: it is about the conversation itself. */
const asked = new Set(["ExitSpecMode", "ProposeMission", "StartMissionRun"]);

const readers = new Set(["Read", "LS", "Grep", "Glob"]);

/** Whether a reading tool looks nowhere else than in the working folder, as it does by default. */
function looksWithin(cwd: string, input: Fields): boolean {
  const places = ["file_path", "path", "folder", "directory_path"].map((name) => input[name] ?? "");
  return places.every((at) => typeof at === "string" && isWithin(cwd, resolve(cwd, at)));
}

/** Whether a call runs unasked. */
export function isGranted(
  { name, item, input }: StreamedCall,
  o: { readonly settings: Settings; readonly cwd: string },
): boolean {
  if (asked.has(name)) return false;
  if (readers.has(name) && looksWithin(o.cwd, input)) return true;
  const grant = grantOf(o.settings);
  if (grant !== "edits" || item.type !== "fileChange") return grant === "all";
  const paths = item.changes.flatMap(({ path, movedTo }) => [path, movedTo ?? path]);
  return paths.length > 0 && paths.every((path) => isOrdinaryFile(path, o.cwd, ...guarded));
}
