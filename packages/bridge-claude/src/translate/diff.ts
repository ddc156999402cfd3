import type { FileChange } from "@fairlead/bridge-core";
import {
  hunk,
  listOf,
  numberOf,
  replacingHunk,
  textOf,
  type Fields,
} from "@fairlead/bridge-core/parts";

/** What a file tool would change, from its input alone: the lines are true, their numbers are not known yet. */
export function proposedChanges(tool: string, input: Fields): readonly FileChange[] {
  const path = pathOf(input);
  if (tool === "Write") return [{ path, kind: "add", diff: textOf(input["content"]) }];
  const edits = tool === "MultiEdit" ? listOf(input["edits"]) : [input];
  const hunks = edits.map(({ old_string: before, new_string: after, new_source: cell }) =>
    replacingHunk(textOf(before), textOf(after ?? cell)),
  );
  return [{ path, kind: "update", diff: hunks.join("") }];
}

/** What a file tool did change; null when it does not say. */
export function madeChanges(result: Fields): readonly FileChange[] | null {
  const { type, filePath: path, content, structuredPatch } = result;
  if (typeof path !== "string") return null;
  if (type === "create") return [{ path, kind: "add", diff: textOf(content) }];
  const hunks = listOf(structuredPatch).map((patch) => {
    const at = (name: string): number => numberOf(patch[name]) ?? 0;
    const [oldStart, oldLines] = [at("oldStart"), at("oldLines")];
    const place = { oldStart, oldLines, newStart: at("newStart"), newLines: at("newLines") };
    return hunk(place, Array.isArray(patch["lines"]) ? patch["lines"].map(textOf) : []);
  });
  return [{ path, kind: "update", diff: hunks.join("") }];
}

/** The file or folder a tool is about. */
export function pathOf(input: Fields): string {
  return textOf(input["file_path"] ?? input["notebook_path"] ?? input["path"]);
}
