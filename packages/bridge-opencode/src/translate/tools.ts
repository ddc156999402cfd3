import type { FileChange, ItemDraft, ItemPatch, ToolContent } from "@fairlead/bridge-core";
import {
  fieldsOf,
  jsonFieldsOf,
  listingItem,
  listOf,
  numberOf,
  readingItem,
  replacingHunk,
  searchingItem,
  textOf,
  type Fields,
} from "@fairlead/bridge-core/parts";

/** What tells how to show a tool: the folder of relative paths, the names of MCP servers. */
export interface ToolPlace {
  readonly cwd: string;
  readonly servers: ReadonlyMap<string, string>;
}

/** A tool call as OpenCode tells it: `metadata` grows while it runs. */
export interface ToolCall {
  readonly tool: string;
  readonly input: Fields;
  readonly metadata: Fields;
}

/** Tools that only keep the list of steps. */
export const planTools: ReadonlySet<string> = new Set(["todowrite", "todoread"]);

/** The item that shows a call. */
export function itemOf(call: ToolCall, place: ToolPlace): ItemDraft {
  const { tool, input, metadata } = call;
  const word = (key: string): string => textOf(input[key]) || textOf(metadata[key]);
  const path = textOf(input["filePath"]) || textOf(metadata["filepath"]);
  const within = absolute(textOf(input["path"]), place.cwd);
  switch (tool) {
    case "bash": {
      const { workdir } = input;
      const cwd = typeof workdir === "string" ? absolute(workdir, place.cwd) : null;
      return { type: "command", command: word("command"), cwd };
    }
    case "read":
      if (path === "") return { type: "tool", tool, arguments: jsonFieldsOf(input) };
      if (/\.(png|jpe?g|gif|webp)$/i.test(path)) {
        return { type: "imageView", path: absolute(path, place.cwd) };
      }
      return readingItem(path, numberOf(input["offset"]), numberOf(input["limit"]));
    case "grep":
      return searchingItem(word("pattern"), within, word("include"));
    case "glob":
      return listingItem(within, word("pattern"));
    case "list":
      return listingItem(within, "");
    case "edit":
    case "write":
    case "multiedit":
    case "apply_patch":
    case "patch":
      return { type: "fileChange", changes: changesOf(call, place.cwd) };
    case "webfetch":
    case "websearch":
    case "codesearch":
      return { type: "webSearch", query: word("query") || word("url") };
    case "task":
      return { type: "subagent", prompt: word("prompt") };
    default:
      return otherTool(tool, input, place.servers);
  }
}

function otherTool(tool: string, input: Fields, servers: ToolPlace["servers"]): ItemDraft {
  const args = jsonFieldsOf(input);
  // The longest name wins: one server's may be the start of another's.
  const [found] = [...servers]
    .filter(([name]) => tool.startsWith(`${plain(name)}_`))
    .toSorted(([one], [other]) => other.length - one.length);
  if (found === undefined) return { type: "tool", tool, arguments: args };
  const [name, server] = found;
  return { type: "mcpTool", server, tool: tool.slice(name.length + 1), arguments: args };
}

/** As OpenCode writes the name of a server into those of its tools. */
function plain(name: string): string {
  return name.replaceAll(/[^a-zA-Z0-9_-]/g, "_");
}

/** What the end of a call adds to its item. */
export function outcomeOf(
  { type }: ItemDraft,
  call: ToolCall,
  state: Fields,
  place: ToolPlace,
): { item?: ItemPatch; output?: string } {
  const { tool, metadata } = call;
  const { output, error } = state;
  switch (type) {
    case "command":
      if (tool !== "bash") {
        const { text } = fieldsOf(metadata["display"]);
        return { output: textOf(text) || textOf(output ?? error) };
      }
      return {
        item: { type, exitCode: numberOf(metadata["exit"]) ?? null },
        output: error === undefined ? printed(metadata, textOf(output)) : printed(metadata, ""),
      };
    case "fileChange":
      return { item: { type, changes: changesOf(call, place.cwd) } };
    case "mcpTool":
    case "tool":
      return { item: { type, result: resultOf(state) } };
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
  if (file === "") return text;
  return `[The whole output is in ${file}]\n${text.replace(/^\.\.\.\n\n/, "")}`;
}

function resultOf({ output, error, attachments }: Fields): readonly ToolContent[] {
  const text = textOf(output ?? error);
  const images = listOf(attachments).flatMap(({ url }): ToolContent[] => {
    const [, mediaType, base64] = /^data:(image\/[^;,]+);base64,(.*)$/s.exec(textOf(url)) ?? [];
    return mediaType === undefined || base64 === undefined
      ? []
      : [{ type: "image", mediaType, base64 }];
  });
  return text === "" ? images : [{ type: "text", text }, ...images];
}

/** The changes a call makes: as OpenCode worked them out, or else as its input asks for. */
function changesOf({ input, metadata }: ToolCall, cwd: string): readonly FileChange[] {
  const files = listOf(metadata["files"]);
  if (files.length > 0) return files.map((file) => patchedFile(file, cwd));
  if (typeof input["patchText"] === "string") return patchFiles(input["patchText"], cwd);
  const { filepath, filediff, diff, exists } = metadata;
  const { filePath, content, edits } = input;
  const path = absolute(textOf(filePath) || textOf(filepath), cwd);
  const patch = textOf(diff) || textOf(fieldsOf(filediff)["patch"]);
  if (typeof content === "string" && (exists === false || /^@@ -0,0 /m.test(patch))) {
    return [{ path, kind: "add", diff: content }];
  }
  const asked = Array.isArray(edits) ? listOf(edits) : [{ newString: content, ...input }];
  const proposed = asked.map(({ oldString, newString }) => {
    return replacingHunk(textOf(oldString), textOf(newString));
  });
  return [{ path, kind: "update", diff: hunksOf(patch) || proposed.join("") }];
}

/** One file of a patch that OpenCode has read. */
function patchedFile(file: Fields, cwd: string): FileChange {
  const { filePath, relativePath, type, movePath, diff, patch, before, after } = file;
  const path = absolute(textOf(filePath) || textOf(relativePath), cwd);
  const hunks = hunksOf(textOf(patch) || textOf(diff));
  if (type === "add") return { path, kind: "add", diff: textOf(after) || added(hunks, "+") };
  if (type === "delete") return { path, kind: "delete", diff: textOf(before) || added(hunks, "-") };
  const change = { path, kind: "update", diff: hunks } as const;
  return typeof movePath === "string" ? { ...change, movedTo: absolute(movePath, cwd) } : change;
}

/** The files of a patch as the model wrote it, in the form of `*** Update File: PATH`. */
function patchFiles(text: string, cwd: string): readonly FileChange[] {
  const [, ...sections] = text.split(/^\*\*\* (?=(?:Add|Update|Delete) File: )/m);
  return sections.map((section) => {
    const [head = "", ...lines] = section.split("\n");
    const [, word, name = ""] = /^(\w+) File: (.*)$/.exec(head) ?? [];
    const path = absolute(name.trim(), cwd);
    const body = lines.filter((line) => !line.startsWith("*** ")).join("\n");
    if (word === "Delete") return { path, kind: "delete", diff: "" };
    return word === "Add"
      ? { path, kind: "add", diff: added(body, "+") }
      : { path, kind: "update", diff: body };
  });
}

/** The lines of a diff that begin with this sign, without it. */
function added(diff: string, sign: string): string {
  const lines = diff.split("\n").filter((line) => line.startsWith(sign));
  return lines.map((line) => `${line.slice(1)}\n`).join("");
}

/** A unified diff without what stands before its hunks. */
function hunksOf(diff: string): string {
  return diff.slice(Math.max(diff.search(/^@@ /m), 0));
}

/** A path that does not depend on the folder; none stays none. */
function absolute(path: string, cwd: string): string {
  if (path === "" || /^(\/|[A-Za-z]:[\\/])/.test(path)) return path;
  return path === "." ? cwd : `${cwd}/${path.replace(/^\.\//, "")}`;
}
