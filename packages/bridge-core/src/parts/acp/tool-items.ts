import type { FileChange, ItemDraft, ThreadOp } from "../../ops.ts";
import { toolContents } from "../contents.ts";
import { fieldsOf, jsonFieldsOf, listOf, numberOf, textOf, type Fields } from "../fields.ts";
import { changeHunks } from "../hunks.ts";
import { listingItem, readingItem, searchingItem } from "../looking.ts";
import { otherTool } from "../other-tool.ts";
import { hunksOf, patchChanges } from "../patches.ts";
import { pathFrom } from "../paths.ts";

/**
 * The item that shows a call, from all that was said of it; null as long as too little is known.
 * `isDue`: it has to be shown now.
 */
export function itemOf(call: Fields, cwd: string, isDue: boolean): ItemDraft | null {
  const input = fieldsOf(call["rawInput"]);
  const path = pathFrom(cwd, pathIn(call));
  switch (kindOf(call)) {
    case "execute": {
      const command = commandIn(call);
      if (command === "" && !isDue) return null;
      return { type: "command", command: command || titleOf(call), cwd: folderOf(call) };
    }
    case "edit":
    case "delete":
    case "move": {
      const changes = changesOf(call, cwd);
      if (changes.length > 0) return { type: "fileChange", changes };
      break;
    }
    case "read":
      if (path === "") break;
      return readingItem(path, numberOf(input["offset"]), numberOf(input["limit"]));
    case "search":
      return lookingOf(call, cwd) ?? (isDue ? toolOf(call) : null);
    case "fetch": {
      const query = word(input, "query", "url", "prompt");
      if (query === "" && !isDue) return null;
      return { type: "webSearch", query: query || titleOf(call) };
    }
    case "think": {
      const prompt = word(input, "prompt");
      if (prompt !== "" && /^(task|agent)$/i.test(nameOf(call)))
        return { type: "subagent", prompt };
      break;
    }
    case "switch_mode": {
      const text = word(input, "plan") || textIn(call);
      if (text !== "") return { type: "plan", text };
      if (!isDue) return null;
    }
  }
  return isDue || Object.keys(input).length > 0 ? toolOf(call) : null;
}

/** What a call does; not every agent says it of what was run before. */
function kindOf(call: Fields): unknown {
  return call["kind"] ?? (commandIn(call) === "" ? undefined : "execute");
}

/** The end of a call that is shown as this item. */
export function closeOf(key: string, call: Fields, item: ItemDraft, cwd: string): ThreadOp {
  const status = call["status"] === "failed" ? "failed" : "completed";
  const close = { op: "close", key, status } as const;
  const { type } = item;
  switch (type) {
    case "command": {
      const output = printedBy(call);
      const exitCode = exitCodeOf(call);
      const failed = exitCode !== undefined && exitCode !== 0;
      const ended = { ...close, ...(failed && { status: "failed" as const }), output };
      const command = commandIn(call) || item.command;
      return item.actions !== undefined
        ? ended
        : { ...ended, item: { type, command, ...(exitCode !== undefined && { exitCode }) } };
    }
    case "fileChange": {
      const changes = changesOf(call, cwd);
      return { ...close, item: { type, changes: changes.length > 0 ? changes : item.changes } };
    }
    case "mcpTool":
    case "tool":
      return { ...close, item: { type, result: resultOf(call) } };
    default:
      return close;
  }
}

/** What agents tell their models of a command, in front of what it printed. */
const notPrinted = /^(?:Exit code (\d+)\n|(?:Chunk ID|Wall time|Exit code): [^]*?\nOutput:\n)/;

/** What a command has printed by now. */
export function printedBy(call: Fields): string {
  const { rawOutput } = call;
  const told = textOf(call["terminal"]).replace(notPrinted, "");
  const isOver = call["status"] === "completed" || call["status"] === "failed";
  if (told !== "" && !isOver) return told;
  const output = fieldsOf(rawOutput);
  const raw =
    typeof rawOutput === "string"
      ? rawOutput
      : word(output, "output", "aggregated_output", "stdout", "text");
  const shown = raw || word(output, "formatted_output", "error") || told || unfenced(textIn(call));
  return /^\((?:Bash completed with )?no output\)$/.test(shown)
    ? ""
    : shown.replace(notPrinted, "");
}

/** The texts of its content. */
function textIn({ content }: Fields): string {
  const texts = listOf(content).map((part) => textOf(fieldsOf(part["content"])["text"]));
  return texts.join("\n");
}

/** Files that a call changes, absolute; none when it does not say. */
export function acpFiles(call: Fields, cwd: string): readonly string[] {
  return changesOf(call, cwd).flatMap(({ path, movedTo }) =>
    movedTo === undefined ? [path] : [path, movedTo],
  );
}

/** The command a call runs, where that is told in so many words: in its input, or to whoever is asked. */
export function isToldCommand(call: Fields): boolean {
  return commandIn(call) !== "" || call["cwd"] !== undefined;
}

/** The words a call is shown with, where it has no better. */
export function titleOf(call: Fields): string {
  const title = textOf(call["title"]) || textOf(call["name"]) || "tool";
  const [, quoted] = /^`(.+)`(?: \(\w+\))?$/s.exec(title) ?? [];
  return quoted ?? title;
}

function toolOf(call: Fields): ItemDraft {
  const { server, tool, arguments: given, ...input } = jsonFieldsOf(call["rawInput"]);
  const invocation = fieldsOf(input["invocation"]);
  const [named, called] = [
    textOf(server ?? invocation["server"]),
    textOf(tool ?? invocation["tool"]),
  ];
  if (named !== "" && called !== "") {
    const asked = jsonFieldsOf(given ?? invocation["arguments"]);
    return { type: "mcpTool", server: named, tool: called, arguments: asked };
  }
  const [, its, owner] = /^(.+) \((.+) MCP Server\)$/.exec(textOf(call["title"])) ?? [];
  const asked = jsonFieldsOf(call["rawInput"]);
  if (its !== undefined && owner !== undefined) {
    return { type: "mcpTool", server: owner, tool: its, arguments: asked };
  }
  return otherTool(nameOf(call) || titleOf(call), asked);
}

function nameOf(call: Fields): string {
  const meta = fieldsOf(call["_meta"]);
  const told = [meta, ...Object.values(meta).map(fieldsOf)].map((each) =>
    word(each, "toolName", "tool_name"),
  );
  return textOf(call["name"]) || (told.find((name) => name !== "") ?? "");
}

/** A search for words in files, or for files; null when it says for what in no way that is known. */
function lookingOf(call: Fields, cwd: string): ItemDraft | null {
  const input = fieldsOf(call["rawInput"]);
  const folder = pathFrom(cwd, word(input, "path", "dir_path", "directory"));
  const query = word(input, "pattern", "query", "regex");
  const isForFiles = /glob|find|list|\bls\b/i.test(nameOf(call) || textOf(call["title"]));
  if (isForFiles && (query !== "" || folder !== "")) return listingItem(folder, query);
  return query === "" ? null : searchingItem(query, folder, word(input, "include", "glob"));
}

/** The changes a call makes: as the agent shows them, or else as its input asks for. */
function changesOf(call: Fields, cwd: string): readonly FileChange[] {
  const absolute = (path: unknown): string => pathFrom(cwd, textOf(path));
  const diffs = listOf(call["content"]).filter(({ type }) => type === "diff");
  // A patch has the place in the file, where what is shown is only what was replaced.
  const made = word(fieldsOf(fieldsOf(call["rawOutput"])["metadata"]), "diff");
  const [only, ...others] = diffs;
  if (made !== "" && only !== undefined && others.length === 0) {
    return [{ path: absolute(only["path"]), kind: "update", diff: hunksOf(made) }];
  }
  if (diffs.length > 0) return diffs.map((diff) => changeIn(diff, absolute));
  const input = fieldsOf(call["rawInput"]);
  const patch = word(input, "patchText", "patch", "input");
  if (/^\*\*\* /m.test(patch)) return patchChanges(patch, absolute);
  const path = absolute(pathIn(call));
  if (path === "") return [];
  if (call["kind"] === "delete") return [{ path, kind: "delete", diff: "" }];
  const [, target] = listOf(call["locations"]);
  if (call["kind"] === "move" && target !== undefined) {
    return [{ path, kind: "update", movedTo: absolute(target["path"]), diff: "" }];
  }
  const diff = textOf(input["diff"]);
  if (diff !== "") return [{ path, kind: "update", diff: hunksOf(diff) }];
  const content = input["content"] ?? input["file_text"];
  if (typeof content === "string") return [{ path, kind: "add", diff: content }];
  const [before, after] = [
    word(input, "old_string", "oldString", "old_str"),
    word(input, "new_string", "newString", "new_str"),
  ];
  const isTold = before !== "" || after !== "";
  return isTold ? [{ path, kind: "update", diff: changeHunks(before, after) }] : [];
}

function changeIn(
  { path: told, oldText, newText, _meta: meta }: Fields,
  absolute: (path: unknown) => string,
): FileChange {
  const path = absolute(told);
  const [before, after] = [textOf(oldText), textOf(newText)];
  const word = fieldsOf(meta)["kind"];
  if (word === "delete") return { path, kind: "delete", diff: before };
  const isNew = word === "add" || typeof oldText !== "string" || before === "";
  if (isNew) return { path, kind: "add", diff: after };
  return { path, kind: "update", diff: changeHunks(before, after) };
}

function pathIn(call: Fields): string {
  const input = fieldsOf(call["rawInput"]);
  const named = word(input, "file_path", "filePath", "filepath", "absolute_path", "path");
  return named || textOf(listOf(call["locations"])[0]?.["path"]);
}

/** The command a call runs; empty when only its title tells. */
function commandIn(call: Fields): string {
  const input = fieldsOf(call["rawInput"]);
  const { command } = input;
  // Codex wraps what it runs into a shell.
  if (Array.isArray(command)) {
    const [, flag, line] = command.map(textOf);
    return line !== undefined && /^-l?c$/.test(flag ?? "") ? line : command.map(textOf).join(" ");
  }
  return textOf(command) || word(input, "cmd", "shell_command");
}

function folderOf(call: Fields): string | null {
  const named = word(fieldsOf(call["rawInput"]), "cwd", "workdir", "directory", "dir_path");
  const folder = named || textOf(call["cwd"]);
  return folder.startsWith("/") ? folder : null;
}

function exitCodeOf(call: Fields): number | undefined {
  const output = fieldsOf(call["rawOutput"]);
  const told = output["exit_code"] ?? output["exitCode"] ?? fieldsOf(output["metadata"])["exit"];
  const code = numberOf(call["exitCode"] ?? told);
  const { rawOutput } = call;
  const [, said] =
    /^[^]{0,200}?(?:Exit code:? |exited with code )(\d+)\n/.exec(textOf(rawOutput)) ?? [];
  return code ?? (said === undefined ? undefined : Number(said));
}

function resultOf(call: Fields): ReturnType<typeof toolContents> {
  const blocks = listOf(call["content"]).flatMap(({ type, content }) =>
    type === "content" ? [content] : [],
  );
  if (blocks.length > 0) return toolContents(blocks);
  const { rawOutput } = call;
  const { content, output, text } = fieldsOf(rawOutput);
  return toolContents(content ?? output ?? text ?? rawOutput);
}

/** Some agents show what was printed as a block of Markdown. */
function unfenced(text: string): string {
  const [, inside] = /^```\w*\n([\s\S]*?)\n?```\s*$/.exec(text) ?? [];
  return inside ?? text;
}

function word(fields: Fields, ...names: readonly string[]): string {
  return names.map((name) => textOf(fields[name])).find((text) => text !== "") ?? "";
}
