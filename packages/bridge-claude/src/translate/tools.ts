import type { ItemDraft, ItemPatch } from "@fairlead/bridge-core";
import {
  fieldsOf,
  listingItem,
  numberOf,
  readingItem,
  searchingItem,
  textOf,
  toolContents,
  type Fields,
  type JsonFields,
} from "@fairlead/bridge-core/parts";
import { madeChanges, pathOf, proposedChanges } from "./diff.ts";

/** A call of a tool, as the model wrote it, and the item that shows it. */
export interface ToolCall {
  readonly name: string;
  readonly input: JsonFields;
  readonly item: ItemDraft;
}

/** How `--json-schema` gets its answer: a tool of this name, called with it. */
export const structuredOutput = "StructuredOutput";

/** What Claude tells the model of a command that printed nothing. */
const noOutput = "(Bash completed with no output)";

/** A tool call with the item that shows it. `plan` is the last plan written to a file. Unknown tools stay as they are. */
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
      if (/\.(png|jpe?g|gif|webp)$/i.test(path)) return { type: "imageView", path };
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
    case "web_search":
    case "web_fetch":
      return { type: "webSearch", query: word("query") || word("url") };
    case "Agent":
    case "Task":
      return { type: "subagent", prompt: word("prompt") };
    case "ExitPlanMode":
      return { type: "plan", text: word("plan") || plan };
    default: {
      const [, server, tool] = /^mcp__(.+?)__(.+)$/.exec(name) ?? [];
      return server === undefined || tool === undefined
        ? { type: "tool", tool: name, arguments: input }
        : { type: "mcpTool", server, tool, arguments: input };
    }
  }
}

/** What the result adds to a call's item. `structured` is Claude's own record, richer than what the model reads. */
export function toolOutcome(
  { name, item }: ToolCall,
  block: Fields,
  structured: Fields,
): { item?: ItemPatch; output?: string } {
  const contents = toolContents(block["content"]);
  switch (item.type) {
    case "command": {
      const words = contents.map((part) => (part.type === "text" ? part.text : "")).join("");
      const text = words === noOutput ? "" : words;
      if (block["is_error"] === true) {
        const [, code, rest = ""] = /^(?:Error: )?Exit code (\d+)\n?([\s\S]*)$/.exec(text) ?? [];
        if (code === undefined) return { output: text };
        return { output: rest, item: { type: "command", exitCode: Number(code) } };
      }
      const { stdout, stderr, backgroundTaskId, file } = structured;
      const running = backgroundTaskId !== undefined;
      const printed = [stdout, stderr]
        .map(textOf)
        .filter((stream) => stream !== "")
        .join("\n");
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
