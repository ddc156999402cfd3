import type { FileChange } from "@fairlead/bridge-core";
import { listOf, textOf, type Fields } from "../native.ts";

/** What a file tool would change, from its input alone: the lines are true, their numbers are not known yet. */
export function proposedChanges(tool: string, input: Fields): readonly FileChange[] {
  const path = pathOf(input);
  if (tool === "Write") return [{ path, kind: "add", diff: textOf(input["content"]) }];
  if (tool === "NotebookEdit") {
    const source = input["edit_mode"] === "delete" ? "" : textOf(input["new_source"]);
    return [{ path, kind: "update", diff: hunk("", source) }];
  }
  const edits = tool === "MultiEdit" ? listOf(input["edits"]) : [input];
  const hunks = edits.map((edit) => hunk(textOf(edit["old_string"]), textOf(edit["new_string"])));
  return [{ path, kind: "update", diff: hunks.join("") }];
}

/** What a file tool did change; null when it does not say. */
export function madeChanges(result: Fields): readonly FileChange[] | null {
  const { type, filePath, content, structuredPatch } = result;
  if (typeof filePath !== "string") return null;
  if (type === "create") return [{ path: filePath, kind: "add", diff: textOf(content) }];
  const hunks = listOf(structuredPatch).map(({ oldStart, oldLines, newStart, newLines, lines }) => {
    const header = `@@ -${String(oldStart)},${String(oldLines)} +${String(newStart)},${String(newLines)} @@`;
    return [header, ...(Array.isArray(lines) ? lines : []), ""].join("\n");
  });
  return [{ path: filePath, kind: "update", diff: hunks.join("") }];
}

/** The file a tool is about. */
export function pathOf(input: Fields): string {
  return textOf(input["file_path"] ?? input["notebook_path"] ?? input["path"]);
}

function hunk(before: string, after: string): string {
  const [removed, added] = [before, after].map((text) =>
    text === "" ? [] : text.replace(/\n$/, "").split("\n"),
  );
  const body = [
    ...(removed ?? []).map((line) => `-${line}`),
    ...(added ?? []).map((line) => `+${line}`),
  ];
  const start = removed?.length === 0 ? 0 : 1;
  return [`@@ -${start},${removed?.length} +1,${added?.length} @@`, ...body, ""].join("\n");
}
