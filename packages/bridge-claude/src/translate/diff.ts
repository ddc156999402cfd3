import type { FileChange } from "@fairlead/bridge-core";
import { z } from "zod";
import type { ToolInput } from "../native.ts";

const patch = z.array(
  z.looseObject({
    oldStart: z.number(),
    oldLines: z.number(),
    newStart: z.number(),
    newLines: z.number(),
    lines: z.array(z.string()),
  }),
);

const outcome = z.looseObject({
  type: z.string().optional(),
  filePath: z.string(),
  content: z.string().optional(),
  structuredPatch: patch,
});

const edit = z.looseObject({ old_string: z.string(), new_string: z.string() });
const edits = z.union([
  z.looseObject({ edits: z.array(edit) }).transform((input) => input.edits),
  edit.transform((one) => [one]),
]);

/** What a file tool would change, from its input alone: the lines are true, their numbers are not known yet. */
export function proposedChanges(tool: string, input: ToolInput): readonly FileChange[] {
  const path = pathOf(input);
  const { content, new_source: source } = input;
  if (tool === "Write") {
    return [{ path, kind: "add", diff: typeof content === "string" ? content : "" }];
  }
  if (tool === "NotebookEdit") {
    const diff = hunk("", input["edit_mode"] === "delete" ? "" : String(source ?? ""));
    return [{ path, kind: "update", diff }];
  }
  const parsed = edits.safeParse(input).data ?? [];
  const diff = parsed.map((one) => hunk(one.old_string, one.new_string)).join("");
  return [{ path, kind: "update", diff }];
}

/** What a file tool did change; null when it does not say. */
export function madeChanges(result: unknown): readonly FileChange[] | null {
  const parsed = outcome.safeParse(result).data;
  if (parsed === undefined) return null;
  const { type, filePath: path, content = "", structuredPatch } = parsed;
  if (type === "create") return [{ path, kind: "add", diff: content }];
  const diff = structuredPatch
    .map(({ oldStart, oldLines, newStart, newLines, lines }) =>
      [`@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`, ...lines, ""].join("\n"),
    )
    .join("");
  return [{ path, kind: "update", diff }];
}

/** The file a tool is about. */
export function pathOf(input: ToolInput): string {
  const path = input["file_path"] ?? input["notebook_path"] ?? input["path"];
  return typeof path === "string" ? path : "";
}

function hunk(before: string, after: string): string {
  const removed = linesOf(before);
  const added = linesOf(after);
  const header = `@@ -${removed.length === 0 ? 0 : 1},${removed.length} +1,${added.length} @@`;
  const body = [...removed.map((line) => `-${line}`), ...added.map((line) => `+${line}`)];
  return [header, ...body, ""].join("\n");
}

function linesOf(text: string): readonly string[] {
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}
