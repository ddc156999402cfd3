import type { FileChange, ItemDraft, ThreadOp } from "@fairlead/bridge-core";
import {
  diffChange,
  diffOrProposal,
  fieldsOf,
  imageIn,
  jsonFieldsOf,
  listingItem,
  listOf,
  numberOf,
  otherTool,
  patchChanges,
  pathFrom,
  readingItem,
  searchingItem,
  textOf,
  toolContents,
  type Fields,
} from "@fairlead/bridge-core/parts";

/** What tells how to show a tool. */
export interface ToolPlace {
  /** Folder of the session: paths in a model's words are relative to it. */
  readonly cwd: string;
  /** MCP servers by their names in OpenCode, which calls their tools `SERVER_TOOL`; the user's names. */
  readonly servers: ReadonlyMap<string, string>;
}

/** The item that shows a call: a tool part, of which `metadata` grows while it runs. */
export function itemOf(part: Fields, { cwd, servers }: ToolPlace): ItemDraft {
  const tool = textOf(part["tool"]);
  const { input, metadata } = callOf(part);
  const word = (key: string): string => textOf(input[key]) || textOf(metadata[key]);
  const path = pathFrom(cwd, textOf(input["filePath"]) || textOf(metadata["filepath"]));
  const folder = pathFrom(cwd, textOf(input["path"] ?? input["workdir"]));
  switch (tool) {
    case "bash":
      return { type: "command", command: word("command"), cwd: folder || null };
    case "read":
      if (path === "") break;
      return readingItem(path, numberOf(input["offset"]), numberOf(input["limit"]));
    case "grep":
      return searchingItem(word("pattern"), folder, word("include"));
    case "glob":
      return listingItem(folder, word("pattern"));
    case "edit":
    case "write":
    case "apply_patch":
      return { type: "fileChange", changes: changesOf(part, cwd) };
    case "webfetch":
    case "websearch":
    case "codesearch":
      return { type: "webSearch", query: word("query") || word("url") };
    case "task":
      return { type: "subagent", prompt: word("prompt") };
  }
  return otherTool(tool, jsonFieldsOf(input), servers);
}

const declinedWords = /^The user (has )?(rejected permission|specified a rule|dismissed)/;

/** The end of a call that is shown as this item. */
export function closeOf(part: Fields, item: ItemDraft, { cwd }: ToolPlace): ThreadOp {
  const { tool, id, state } = part;
  const { status, output, error, attachments } = fieldsOf(state);
  const { metadata } = callOf(part);
  const { type } = item;
  const key = textOf(id);
  if (declinedWords.test(textOf(error))) return { op: "close", key, status: "declined" };
  const failed = status === "error" || tool === "invalid";
  const close = { op: "close", key, status: failed ? "failed" : "completed" } as const;
  switch (type) {
    case "command": {
      const read = fieldsOf(metadata["display"])["text"] ?? output ?? error;
      if (tool !== "bash") return { ...close, output: textOf(read) };
      const exitCode = numberOf(metadata["exit"]) ?? null;
      const ended = { ...close, item: { type, exitCode }, output: printed(metadata, output) };
      // Of what was stopped there is no exit code, nor of what the user ran.
      return exitCode === 0 || item.source === "userShell" ? ended : { ...ended, status: "failed" };
    }
    case "fileChange":
      return { ...close, item: { type, changes: changesOf(part, cwd) } };
    case "mcpTool":
    case "tool": {
      const images = listOf(attachments).flatMap(({ url }) => imageIn(textOf(url)));
      return { ...close, item: { type, result: [...toolContents(output || error), ...images] } };
    }
    default:
      return close;
  }
}

const wordsForModel = /\n*<shell_metadata>[^]*$/;

/** What a command printed. Of much, OpenCode keeps the end, and the whole in a file. */
function printed({ output, outputPath }: Fields, said: unknown): string {
  const told = typeof output === "string" ? output : textOf(said).replace(wordsForModel, "");
  const text = told === "(no output)" ? "" : told;
  if (typeof outputPath !== "string") return text;
  return `[The whole output is in ${outputPath}]\n${text.replace(/^\.\.\.\n\n/, "")}`;
}

/** The changes a call makes: as OpenCode worked them out, or else as its input asks for. */
function changesOf(part: Fields, cwd: string): readonly FileChange[] {
  const { input, metadata } = callOf(part);
  const absolute = (path: unknown): string => pathFrom(cwd, textOf(path));
  const files = listOf(metadata["files"]);
  if (files.length > 0) {
    return files.map(({ filePath, type, movePath, patch }) =>
      diffChange(absolute(filePath), type, textOf(patch), absolute(movePath)),
    );
  }
  const { filePath, content, patchText, oldString, newString } = input;
  if (typeof patchText === "string") return patchChanges(patchText, absolute);
  const { filepath, diff, exists } = metadata;
  const asked = { before: oldString, after: newString, content };
  return [diffOrProposal(absolute(filePath ?? filepath), textOf(diff), asked, exists)];
}

function callOf(part: Fields): { readonly input: Fields; readonly metadata: Fields } {
  const { input, metadata } = fieldsOf(part["state"]);
  return { input: fieldsOf(input), metadata: fieldsOf(metadata) };
}
