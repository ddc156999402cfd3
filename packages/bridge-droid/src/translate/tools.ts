import type { FileChange, ItemDraft, ItemPatch } from "@fairlead/bridge-core";
import {
  diffChange,
  diffOrProposal,
  fieldsIn,
  lineHunk,
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
  type JsonFields,
} from "@fairlead/bridge-core/parts";

/** A call of a tool, and the item that shows it. */
export interface ToolCall {
  readonly name: string;
  readonly input: JsonFields;
  readonly item: ItemDraft;
}

/** The call as the model made it; its paths are seen from the working folder. */
export function toolCall(name: string, input: JsonFields, cwd: string): ToolCall {
  return { name, input, item: itemOf(name, input, cwd) };
}

function itemOf(name: string, input: JsonFields, cwd: string): ItemDraft {
  const word = (key: string): string => textOf(input[key]);
  const path = pathFrom(cwd, word("file_path"));
  switch (name) {
    case "Execute":
      return { type: "command", command: word("command"), cwd: null };
    case "Read":
      return readingItem(path, lineOf(input["offset"]), numberOf(input["limit"]));
    case "Grep":
      return searchingItem(word("pattern"), word("path"), word("glob_pattern"));
    case "Glob":
      return listingItem(word("folder"), globOf(input["patterns"]));
    case "LS":
      return listingItem(word("directory_path"), "");
    case "Create":
    case "Edit":
    case "MultiEdit":
      return { type: "fileChange", changes: proposed(path, input) };
    case "ApplyPatch":
      return {
        type: "fileChange",
        changes: patchChanges(word("input") || word("patch"), (file) => pathFrom(cwd, file)),
      };
    case "WebSearch":
      return { type: "webSearch", query: word("query") };
    case "ExitSpecMode":
      return { type: "plan", text: word("plan") };
    case "Task":
      return { type: "subagent", prompt: word("prompt") };
    default: {
      const [, server, tool] = /^(.+?)___(.+)$/.exec(name) ?? [];
      return server === undefined || tool === undefined
        ? otherTool(name, input)
        : { type: "mcpTool", server, tool, arguments: input };
    }
  }
}

/** What a file tool would change: line numbers are not known yet. */
function proposed(path: string, input: JsonFields): readonly FileChange[] {
  const { content, old_str: before, new_str: after, changes } = input;
  if (changes === undefined) {
    return [diffOrProposal(path, "", { before, after, content }, undefined)];
  }
  const diffs = listOf(changes).map((change) => {
    const asked = { before: change["old_str"], after: change["new_str"], content: undefined };
    return diffOrProposal(path, "", asked, true).diff;
  });
  return [{ path, kind: "update", diff: diffs.join("") }];
}

/** What the result adds to a call's item. */
export function toolOutcome(
  { item }: ToolCall,
  content: unknown,
  failed: boolean,
): { item?: ItemPatch; output?: string } {
  const contents = toolContents(content);
  const said = contents.map((part) => (part.type === "text" ? part.text : "")).join("");
  switch (item.type) {
    case "command": {
      const [, told] = exited.exec(said) ?? [];
      const exitCode = told === undefined ? (failed ? null : 0) : Number(told);
      return { output: printedIn(said, told), item: { type: "command", exitCode } };
    }
    case "fileChange":
      return { item: { type: "fileChange", changes: changed(item.changes, said) } };
    case "mcpTool":
    case "tool":
      return { item: { type: item.type, result: contents } };
    default:
      return {};
  }
}

/** What Droid adds to what a command printed. */
const exited = /\n\n\[Process exited with code (\d+)\]\s*$/;
/** The same before it, when it printed nothing or went wrong. */
const remark = /^(Command completed successfully$|Error: Command [^\n]*(\n|$))/;

function printedIn(said: string, exitCode: string | undefined): string {
  return exitCode === undefined ? said : said.replace(exited, "").replace(remark, "");
}

/** The changes as a result tells them, where it does: as JSON. */
function changed(proposals: readonly FileChange[], said: string): readonly FileChange[] {
  const { diffLines, files } = fieldsIn(said);
  const [first] = proposals;
  const diff = lineHunk(diffLines);
  if (first !== undefined && diff !== "") return [{ ...first, diff }];
  return proposals.map((change) => {
    const told = listOf(files).find((file) => file["file_path"] === change.path);
    const hunks = textOf(told?.["diff"]);
    const whole = hunks.endsWith("\n") ? hunks : `${hunks}\n`;
    return hunks === "" ? change : diffChange(change.path, change.kind, whole, change.movedTo);
  });
}

function lineOf(offset: unknown): number | undefined {
  const from = numberOf(offset);
  return from === undefined ? undefined : from + 1;
}

function globOf(patterns: unknown): string {
  return Array.isArray(patterns) ? patterns.map(textOf).join(" ") : textOf(patterns);
}
