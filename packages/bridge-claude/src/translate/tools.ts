import type { ItemDraft, ItemPatch, ToolContent } from "@fairlead/bridge-core";
import type { CommandAction } from "@fairlead/codex-proto";
import { fieldsOf, numberOf, textOf, type Fields, type ToolInput } from "../native.ts";
import { madeChanges, pathOf, proposedChanges } from "./diff.ts";

/** A call of a tool, as the model wrote it, and the item that shows it. */
export interface ToolCall {
  readonly name: string;
  readonly input: ToolInput;
  readonly item: ItemDraft;
}

/** How `--json-schema` gets its answer: a tool of this name, called with it. */
export const structuredOutput = "StructuredOutput";

/** What Claude tells the model of a command that printed nothing. */
const noOutput = /^\(Bash completed with no output\)$/;

/** A tool call with the item that shows it. `plan` is the last plan written to a file. Unknown tools stay as they are. */
export function toolCall(name: string, input: ToolInput, plan: string): ToolCall {
  return { name, input, item: draftOf(name, input, plan) };
}

function draftOf(name: string, input: ToolInput, plan: string): ItemDraft {
  const word = (key: string): string => textOf(input[key]);
  switch (name) {
    case "Bash":
      return { type: "command", command: word("command"), cwd: null };
    case "Read":
    case "Grep":
    case "Glob":
    case "LS":
      return lookDraft(name, input);
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

/** Tools that only look: shown as the command that would show the same. */
function lookDraft(name: "Read" | "Grep" | "Glob" | "LS", input: ToolInput): ItemDraft {
  const path = pathOf(input);
  if (name === "Read" && /\.(png|jpe?g|gif|webp)$/i.test(path)) return { type: "imageView", path };
  const where = path === "" ? "" : ` ${quoted(path)}`;
  const pattern = textOf(input["pattern"]);
  const shown = (command: string, action: CommandAction): ItemDraft => ({
    type: "command",
    command,
    cwd: null,
    actions: [action],
  });
  if (name === "Read") {
    const [offset, limit] = [numberOf(input["offset"]), numberOf(input["limit"])];
    const last = limit === undefined ? "$" : (offset ?? 1) + limit - 1;
    const whole = offset === undefined && limit === undefined;
    const command = whole ? `cat${where}` : `sed -n '${offset ?? 1},${last}p'${where}`;
    return shown(command, { type: "read", command, name: path.split("/").at(-1) ?? path, path });
  }
  if (name === "Grep") {
    const only = typeof input["glob"] === "string" ? ` -g ${quoted(input["glob"])}` : "";
    const command = `rg${only} ${quoted(pattern)}${where}`;
    return shown(command, { type: "search", command, query: pattern, path: path || null });
  }
  const command = name === "LS" ? `ls${where}` : `rg --files -g ${quoted(pattern)}${where}`;
  return shown(command, { type: "listFiles", command, path: path || null });
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** What the result adds to a call's item. `structured` is Claude's own record, richer than what the model reads. */
export function toolOutcome(
  { name, item }: ToolCall,
  block: Fields,
  structured: Fields,
): { item?: ItemPatch; output?: string } {
  const contents = contentsOf(block["content"]);
  const text = contents.map((part) => (part.type === "text" ? part.text : "")).join("");
  switch (item.type) {
    case "command": {
      if (block["is_error"] === true) {
        const [, code, rest = ""] = /^(?:Error: )?Exit code (\d+)\n?([\s\S]*)$/.exec(text) ?? [];
        if (code === undefined) return { output: text };
        return { output: rest, item: { type: "command", exitCode: Number(code) } };
      }
      const { stdout, stderr, backgroundTaskId: background, file } = structured;
      const streams = [stdout, stderr].map(textOf).filter((stream) => stream !== "");
      const bash = name === "Bash" && typeof stdout === "string" && background === undefined;
      return {
        output: bash
          ? streams.join("\n")
          : textOf(fieldsOf(file)["content"]) || text.replace(noOutput, ""),
        item: { type: "command", exitCode: background === undefined ? 0 : null },
      };
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

/** The content of a tool result, in whichever of its forms; an unknown kind is shown as it came. */
function contentsOf(content: unknown): readonly ToolContent[] {
  if (content === undefined || content === null) return [];
  return (Array.isArray(content) ? content : [content]).map((part: unknown): ToolContent => {
    if (typeof part === "string") return { type: "text", text: part };
    const { type, text, source } = fieldsOf(part);
    const { data, media_type: mediaType } = fieldsOf(source);
    if (type === "image" && typeof data === "string") {
      return { type: "image", mediaType: textOf(mediaType), base64: data };
    }
    return { type: "text", text: type === "text" ? textOf(text) : JSON.stringify(part) };
  });
}
