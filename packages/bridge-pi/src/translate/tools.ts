import type { FileChange, ItemDraft, ItemPatch, ToolContent } from "@fairlead/bridge-core";
import {
  fieldsOf,
  listingItem,
  listOf,
  numberOf,
  readingItem,
  replacingHunk,
  searchingItem,
  textOf,
  toolContents,
  type Fields,
  type JsonFields,
} from "@fairlead/bridge-core/parts";

/** Makes a path absolute, as seen from the working folder. */
export type Absolute = (path: string) => string;

/** A call of a tool, and the item that shows it. */
export interface ToolCall {
  readonly name: string;
  readonly input: JsonFields;
  readonly item: ItemDraft;
}

/** A tool call with its item. `before`: what a file to be written holds, where that is known. */
export function toolCall(
  name: string,
  input: JsonFields,
  absolute: Absolute,
  before: string | null = null,
): ToolCall {
  return { name, input, item: itemOf(name, input, absolute, before) };
}

function itemOf(
  name: string,
  input: JsonFields,
  absolute: Absolute,
  before: string | null,
): ItemDraft {
  const word = (key: string): string => textOf(input[key]);
  const path = word("path");
  switch (name) {
    case "bash":
    case "powershell":
      return { type: "command", command: word("command"), cwd: null };
    case "read":
      if (/\.(png|jpe?g|gif|webp)$/i.test(path)) {
        return { type: "imageView", path: absolute(path) };
      }
      return readingItem(path, numberOf(input["offset"]), numberOf(input["limit"]));
    case "grep":
      return searchingItem(word("pattern"), path, word("glob"));
    case "find":
      return listingItem(path, word("pattern"));
    case "ls":
      return listingItem(path, "");
    case "write": {
      const content = word("content");
      const about = { path: absolute(path) };
      const change: FileChange =
        before === null
          ? { ...about, kind: "add", diff: content }
          : { ...about, kind: "update", diff: replacingHunk(before, content) };
      return { type: "fileChange", changes: [change] };
    }
    case "edit": {
      const edits = "edits" in input ? listOf(input["edits"]) : [input];
      const hunks = edits.map(({ oldText, newText }) => {
        return replacingHunk(textOf(oldText), textOf(newText));
      });
      const change = { path: absolute(path), kind: "update", diff: hunks.join("") } as const;
      return { type: "fileChange", changes: [change] };
    }
    default: {
      const [, server, tool] = /^mcp__(.+?)__(.+)$/.exec(name) ?? [];
      return server === undefined || tool === undefined
        ? { type: "tool", tool: name, arguments: input }
        : { type: "mcpTool", server, tool, arguments: input };
    }
  }
}

/** What the result adds to a call's item. */
export function toolOutcome(
  { name, item }: ToolCall,
  result: Fields,
  failed: boolean,
): { item?: ItemPatch; output?: string } {
  const contents = toolContents(result["content"]);
  switch (item.type) {
    case "command":
      return name === "bash" || name === "powershell"
        ? commandOutcome(wordsOf(contents), fieldsOf(result["structuredContent"]), failed)
        : { output: wordsOf(contents), item: { type: "command", exitCode: failed ? 1 : 0 } };
    case "fileChange": {
      const [change] = item.changes;
      const patch = patchOf(result);
      const at = patch.search(/^@@/m);
      if (at === -1 || change === undefined) return {};
      return { item: { type: "fileChange", changes: [{ ...change, diff: patch.slice(at) }] } };
    }
    case "mcpTool":
    case "tool":
      return { item: { type: item.type, result: contents } };
    default:
      return {};
  }
}

/** The text of what a tool has said so far. */
export function outputOf(result: Fields): string {
  return wordsOf(toolContents(result["content"]));
}

function commandOutcome(
  said: string,
  structured: Fields,
  failed: boolean,
): { item: ItemPatch; output: string } {
  // Pi's own words behind what the command printed; before 1.5 they alone tell the exit code.
  const [, printed = said, code] =
    /^([\s\S]*?)(?:\n\n)?(?:Command exited with code (\d+)|Command aborted|Command timed out.*)$/.exec(
      failed ? said : "",
    ) ?? [];
  const told = numberOf(structured["exit_code"]) ?? (code === undefined ? null : Number(code));
  const exitCode = told ?? (failed ? null : 0);
  const output = printed === "(no output)" ? "" : printed;
  return { output, item: { type: "command", exitCode } };
}

function patchOf(result: Fields): string {
  return textOf(fieldsOf(result["details"])["patch"]);
}

function wordsOf(contents: readonly ToolContent[]): string {
  return contents.map((part) => (part.type === "text" ? part.text : "")).join("");
}
