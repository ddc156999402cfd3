import type { FileChange, ItemDraft, ItemPatch } from "@fairlead/bridge-core";
import {
  fieldsOf,
  listingItem,
  listOf,
  numberOf,
  otherTool,
  patchHunks,
  readingItem,
  replacingHunk,
  searchingItem,
  textOf,
  toolContents,
  type Fields,
  type JsonFields,
} from "@fairlead/bridge-core/parts";

/** A call of a tool, as the model wrote it, and the item that shows it. */
export interface ToolCall {
  readonly name: string;
  readonly input: JsonFields;
  readonly item: ItemDraft;
}

/** How `--json-schema` gets its answer: a tool of this name, called with it. */
export const structuredOutput = "StructuredOutput";

/** A tool call with the item that shows it. `plan` is the last plan written to a file. */
export function toolCall(name: string, input: JsonFields, plan: string): ToolCall {
  return { name, input, item: itemOf(name, input, plan) };
}

function itemOf(name: string, input: JsonFields, plan: string): ItemDraft {
  const word = (key: string): string => textOf(input[key]);
  const path = pathOf(input);
  switch (name) {
    case "Bash":
      return { type: "command", command: word("command"), cwd: null };
    case "Read":
      return readingItem(path, numberOf(input["offset"]), numberOf(input["limit"]));
    case "Grep":
      return searchingItem(word("pattern"), path, word("glob"));
    case "Glob":
    case "LS":
      return listingItem(path, word("pattern"));
    case "Write":
    case "Edit":
    case "MultiEdit":
    case "NotebookEdit":
      return { type: "fileChange", changes: proposedChanges(name, input) };
    case "WebSearch":
    case "WebFetch":
      return { type: "webSearch", query: word("query") || word("url") };
    case "Agent":
    case "Task":
      return { type: "subagent", prompt: word("prompt") };
    case "ExitPlanMode":
      return { type: "plan", text: word("plan") || plan };
    default:
      return otherTool(name, input);
  }
}

/** What the result adds to a call's item. `structured` is Claude's own, richer record. */
export function toolOutcome(
  { name, item }: ToolCall,
  block: Fields,
  structured: Fields,
): { item?: ItemPatch; output?: string } {
  const contents = toolContents(block["content"]);
  switch (item.type) {
    case "command": {
      const words = contents.map((part) => (part.type === "text" ? part.text : "")).join("");
      const text = words === "(Bash completed with no output)" ? "" : words;
      if (block["is_error"] === true) {
        const [, code, rest = ""] = /^(?:Error: )?Exit code (\d+)\n?([\s\S]*)$/.exec(text) ?? [];
        if (code === undefined) return { output: text };
        return { output: rest, item: { type: "command", exitCode: Number(code) } };
      }
      const { stdout, stderr, backgroundTaskId, file } = structured;
      const running = backgroundTaskId !== undefined;
      const printed = [stdout, stderr].map(textOf).filter(Boolean).join("\n");
      const bash = name === "Bash" && typeof stdout === "string" && !running;
      const output = bash ? printed : textOf(fieldsOf(file)["content"]) || text;
      return { output, item: { type: "command", exitCode: running ? null : 0 } };
    }
    case "fileChange": {
      const changes = madeChanges(structured);
      return changes === null ? {} : { item: { type: "fileChange", changes } };
    }
    case "mcpTool":
    case "tool":
      return { item: { type: item.type, result: contents } };
    default:
      return {};
  }
}

/** What a file tool would change, from its input alone: line numbers are not known yet. */
function proposedChanges(tool: string, input: Fields): readonly FileChange[] {
  const path = pathOf(input);
  if (tool === "Write") return [{ path, kind: "add", diff: textOf(input["content"]) }];
  const edits = tool === "MultiEdit" ? listOf(input["edits"]) : [input];
  const hunks = edits.map(({ old_string: before, new_string: after, new_source: cell }) =>
    replacingHunk(textOf(before), textOf(after ?? cell)),
  );
  return [{ path, kind: "update", diff: hunks.join("") }];
}

/** What a file tool did change; null when it does not say. */
function madeChanges(result: Fields): readonly FileChange[] | null {
  const { type, filePath: path, content, structuredPatch } = result;
  if (typeof path !== "string") return null;
  if (type === "create") return [{ path, kind: "add", diff: textOf(content) }];
  return [{ path, kind: "update", diff: patchHunks(structuredPatch) }];
}

/** The file or folder a tool is about. */
export function pathOf(input: Fields): string {
  return textOf(input["file_path"] ?? input["notebook_path"] ?? input["path"]);
}
