import type { FileChange, ItemDraft, ItemPatch, ThreadOp } from "@fairlead/bridge-core";
import {
  contentOf,
  fieldsOf,
  hunksOf,
  imageIn,
  jsonFieldsOf,
  listingItem,
  listOf,
  numberOf,
  otherTool,
  patchChanges,
  pathFrom,
  readingItem,
  replacingHunk,
  searchingItem,
  textOf,
  toolContents,
  type Fields,
} from "@fairlead/bridge-core/parts";

/** What tells how to show a tool: the folder of relative paths, the names of MCP servers. */
export interface ToolPlace {
  readonly cwd: string;
  readonly servers: ReadonlyMap<string, string>;
}

/** The item that shows a call: a tool part, of which `metadata` grows while it runs. */
export function itemOf(part: Fields, { cwd, servers }: ToolPlace): ItemDraft {
  const tool = textOf(part["tool"]);
  const { input: given, metadata: told } = fieldsOf(part["state"]);
  const [input, metadata] = [fieldsOf(given), fieldsOf(told)];
  const word = (key: string): string => textOf(input[key]) || textOf(metadata[key]);
  const path = textOf(input["filePath"]) || textOf(metadata["filepath"]);
  const within = pathFrom(cwd, textOf(input["path"]));
  switch (tool) {
    case "bash":
      return {
        type: "command",
        command: word("command"),
        cwd: pathFrom(cwd, textOf(input["workdir"])) || null,
      };
    case "read":
      if (path === "") return otherTool(tool, jsonFieldsOf(input), servers);
      if (/\.(png|jpe?g|gif|webp)$/i.test(path))
        return { type: "imageView", path: pathFrom(cwd, path) };
      return readingItem(path, numberOf(input["offset"]), numberOf(input["limit"]));
    case "grep":
      return searchingItem(word("pattern"), within, word("include"));
    case "glob":
      return listingItem(within, word("pattern"));
    case "edit":
    case "write":
    case "apply_patch":
      return { type: "fileChange", changes: changesOf(input, metadata, cwd) };
    case "webfetch":
    case "websearch":
    case "codesearch":
      return { type: "webSearch", query: word("query") || word("url") };
    case "task":
      return { type: "subagent", prompt: word("prompt") };
    default:
      return otherTool(tool, jsonFieldsOf(input), servers);
  }
}

const declinedWords = /^The user (has )?(rejected permission|specified a rule|dismissed)/;

/** The end of a call that is shown as this item. */
export function closeOf(part: Fields, item: ItemDraft, place: ToolPlace): ThreadOp {
  const { tool, id, state } = part;
  const { status, error, metadata } = fieldsOf(state);
  const close = { op: "close", key: textOf(id) } as const;
  if (declinedWords.test(textOf(error))) return { ...close, status: "declined" };
  const isUsers = item.type === "command" && item.source === "userShell";
  // Of what was stopped there is no exit code.
  const isCut = tool === "bash" && !isUsers && fieldsOf(metadata)["exit"] !== 0;
  const failed = status === "error" || tool === "invalid" || isCut;
  return { ...close, status: failed ? "failed" : "completed", ...outcomeOf(part, item, place) };
}

function outcomeOf(
  part: Fields,
  { type }: ItemDraft,
  { cwd }: ToolPlace,
): { item?: ItemPatch; output?: string } {
  const { input, metadata: told, output, error, attachments } = fieldsOf(part["state"]);
  const metadata = fieldsOf(told);
  switch (type) {
    case "command":
      if (part["tool"] !== "bash") {
        return { output: textOf(fieldsOf(metadata["display"])["text"] ?? output ?? error) };
      }
      return {
        item: { type, exitCode: numberOf(metadata["exit"]) ?? null },
        output: printed(metadata, textOf(output)),
      };
    case "fileChange":
      return { item: { type, changes: changesOf(fieldsOf(input), metadata, cwd) } };
    case "mcpTool":
    case "tool": {
      const images = listOf(attachments).flatMap(({ url }) => imageIn(textOf(url)));
      return { item: { type, result: [...toolContents(output || error), ...images] } };
    }
    default:
      return {};
  }
}

const wordsForModel = /\n*<shell_metadata>[^]*$/;

/** What a command printed. Of much, OpenCode keeps the end, and the whole in a file. */
function printed({ output, outputPath }: Fields, otherwise: string): string {
  const told = typeof output === "string" ? output : otherwise.replace(wordsForModel, "");
  const text = told === "(no output)" ? "" : told;
  const file = textOf(outputPath);
  return file === ""
    ? text
    : `[The whole output is in ${file}]\n${text.replace(/^\.\.\.\n\n/, "")}`;
}

/** The changes a call makes: as OpenCode worked them out, or else as its input asks for. */
function changesOf(input: Fields, metadata: Fields, cwd: string): readonly FileChange[] {
  const absolute = (path: string): string => pathFrom(cwd, path);
  const files = listOf(metadata["files"]);
  if (files.length > 0) return files.map((file) => changeOf(file, absolute));
  const { filePath, content, patchText, oldString, newString } = input;
  if (typeof patchText === "string") return patchChanges(patchText, absolute);
  const { filepath, filediff, diff, exists } = metadata;
  const path = absolute(textOf(filePath) || textOf(filepath));
  const patch = textOf(diff) || textOf(fieldsOf(filediff)["patch"]);
  if (typeof content === "string" && (exists === false || /^@@ -0,0 /m.test(patch))) {
    return [{ path, kind: "add", diff: content }];
  }
  const proposed = replacingHunk(textOf(oldString), textOf(newString ?? content));
  return [{ path, kind: "update", diff: hunksOf(patch) || proposed }];
}

/** One file of a patch that OpenCode has read. */
function changeOf(file: Fields, absolute: (path: string) => string): FileChange {
  const { filePath, relativePath, type, movePath, patch } = file;
  const path = absolute(textOf(filePath) || textOf(relativePath));
  const diff = textOf(patch);
  if (type === "add") return { path, kind: "add", diff: contentOf(diff, "+") };
  if (type === "delete") return { path, kind: "delete", diff: contentOf(diff, "-") };
  const change = { path, kind: "update", diff: hunksOf(diff) } as const;
  return typeof movePath === "string" ? { ...change, movedTo: absolute(movePath) } : change;
}
