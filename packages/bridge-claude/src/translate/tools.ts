import type { ItemDraft, ItemPatch, ToolContent } from "@fairlead/bridge-core";
import type { CommandAction, JsonValue } from "@fairlead/codex-proto";
import { z } from "zod";
import { fieldsOf, textOf, type Block, type ToolInput } from "../native.ts";
import { madeChanges, pathOf, proposedChanges } from "./diff.ts";

/** A call of a tool, as the model wrote it. */
export interface ToolCall {
  readonly name: string;
  readonly input: ToolInput;
  readonly item: ItemDraft;
}

/** What a finished call adds to its item. */
export interface ToolOutcome {
  readonly item?: ItemPatch;
  readonly output?: string;
}

/** How `--json-schema` gets its answer: a tool of this name, called with it. */
export const structuredOutput = "StructuredOutput";

/** A tool call with the item that shows it. Unknown tools are shown as they are. */
export function toolCall(name: string, input: ToolInput, plan = ""): ToolCall {
  return { name, input, item: draftOf(name, input, plan) };
}

function draftOf(name: string, input: ToolInput, plan: string): ItemDraft {
  const word = (key: string): string => textOf(input[key]);
  switch (name) {
    case "Bash":
      return { type: "command", command: word("command"), cwd: null };
    case "Read":
      return readDraft(input);
    case "Grep":
    case "Glob":
    case "LS":
      return searchDraft(name, input);
    case "Write":
    case "Edit":
    case "MultiEdit":
    case "NotebookEdit":
      return { type: "fileChange", changes: proposedChanges(name, input) };
    case "WebSearch":
      return { type: "webSearch", query: word("query") };
    case "WebFetch":
      return { type: "webSearch", query: word("url") };
    case "Agent":
    case "Task":
      return { type: "subagent", prompt: word("prompt") };
    case "ExitPlanMode":
      return { type: "plan", text: word("plan") || plan };
    case structuredOutput:
      return { type: "message" };
    default: {
      const [, server, tool] = /^mcp__(.+?)__(.+)$/.exec(name) ?? [];
      return server === undefined || tool === undefined
        ? { type: "tool", tool: name, arguments: input }
        : { type: "mcpTool", server, tool, arguments: input };
    }
  }
}

function readDraft(input: ToolInput): ItemDraft {
  const path = pathOf(input);
  if (/\.(png|jpe?g|gif|webp)$/i.test(path)) return { type: "imageView", path };
  const { offset, limit } = input;
  const first = typeof offset === "number" ? offset : 1;
  const range = typeof limit === "number" ? `${first},${first + limit - 1}` : `${first},$`;
  const whole = offset === undefined && limit === undefined;
  const command = whole ? `cat ${quoted(path)}` : `sed -n '${range}p' ${quoted(path)}`;
  return shown(command, { type: "read", command, name: path.split("/").at(-1) ?? path, path });
}

function searchDraft(name: "Grep" | "Glob" | "LS", input: ToolInput): ItemDraft {
  const path = pathOf(input) || null;
  const pattern = textOf(input["pattern"]);
  const where = path === null ? "" : ` ${quoted(path)}`;
  if (name === "LS") {
    const command = `ls${where}`;
    return shown(command, { type: "listFiles", command, path });
  }
  if (name === "Glob") {
    const command = `rg --files -g ${quoted(pattern)}${where}`;
    return shown(command, { type: "listFiles", command, path });
  }
  const glob = textOf(input["glob"]);
  const only = glob === "" ? "" : ` -g ${quoted(glob)}`;
  const command = `rg${only} ${quoted(pattern)}${where}`;
  return shown(command, { type: "search", command, query: pattern, path });
}

function shown(command: string, action: CommandAction): ItemDraft {
  return { type: "command", command, cwd: null, actions: [action] };
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** What the result of a call says. `structured` is Claude's own record of it, richer than what the model reads. */
export function toolOutcome(call: ToolCall, block: Block, structured: unknown): ToolOutcome {
  const contents = contentsOf(block.content);
  const text = contents.map((part) => (part.type === "text" ? part.text : "")).join("");
  switch (call.item.type) {
    case "command": {
      if (block.is_error === true) return failedCommand(text);
      const { stdout, stderr } = fieldsOf(structured);
      const streams = [stdout, stderr].map(textOf).filter((part) => part !== "");
      const background = fieldsOf(structured)["backgroundTaskId"] !== undefined;
      const exitCode = background ? null : 0;
      return {
        output: call.name === "Bash" && isOutput(structured) ? streams.join("\n") : text,
        item: { type: "command", exitCode },
      };
    }
    case "fileChange": {
      const changes = madeChanges(structured);
      return changes === null ? {} : { item: { type: "fileChange", changes } };
    }
    case "mcpTool":
    case "tool":
      return { item: { type: call.item.type, result: contents } };
    default:
      return {};
  }
}

function isOutput(structured: unknown): boolean {
  return typeof fieldsOf(structured)["stdout"] === "string";
}

function failedCommand(text: string): ToolOutcome {
  const [, code, rest] = /^(?:Error: )?Exit code (\d+)\n?([\s\S]*)$/.exec(text) ?? [];
  if (code === undefined) return { output: text };
  return { output: rest ?? "", item: { type: "command", exitCode: Number(code) } };
}

const part = z.union([
  z
    .looseObject({
      type: z.literal("image"),
      source: z.looseObject({ media_type: z.string(), data: z.string() }),
    })
    .transform(({ source }): ToolContent => ({
      type: "image",
      mediaType: source.media_type,
      base64: source.data,
    })),
  z
    .looseObject({ type: z.literal("text"), text: z.string() })
    .transform(({ text }): ToolContent => ({ type: "text", text })),
  // A kind this bridge does not know is shown as it came.
  z.unknown().transform((value): ToolContent => ({ type: "text", text: JSON.stringify(value) })),
]);

/** The content of a tool result, in whichever of its forms. */
export function contentsOf(content: JsonValue | undefined): readonly ToolContent[] {
  if (content === undefined || content === null) return [];
  if (typeof content === "string") return [{ type: "text", text: content }];
  return z.array(part).parse(Array.isArray(content) ? content : [content]);
}
