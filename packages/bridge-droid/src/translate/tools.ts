import type { FileChange, ItemDraft, ItemPatch } from "@fairlead/bridge-core";
import {
  diffChange,
  diffOrProposal,
  fieldsOf,
  listingItem,
  listOf,
  numberOf,
  otherTool,
  patchChanges,
  pathFrom,
  planStep,
  readingItem,
  searchingItem,
  textOf,
  toolContents,
  type Fields,
  type JsonFields,
  type PlanStep,
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
  const { diffLines, files } = jsonIn(said);
  const [first] = proposals;
  if (first !== undefined && Array.isArray(diffLines)) {
    return [{ ...first, diff: hunkOf(listOf(diffLines)) || first.diff }];
  }
  const told = listOf(files).map(({ file_path: path, display_operation: word, diff }) =>
    diffChange(textOf(path), operations[textOf(word)], textOf(diff)),
  );
  return told.length === 0 ? proposals : told;
}

const operations: Readonly<Record<string, string>> = {
  add: "add",
  create: "add",
  created: "add",
  delete: "delete",
  deleted: "delete",
};

/** The lines around a change as one hunk. */
function hunkOf(lines: readonly Fields[]): string {
  const numbers = (side: "old" | "new"): readonly number[] =>
    lines.flatMap(({ lineNumber }) => numberOf(fieldsOf(lineNumber)[side]) ?? []);
  const range = (side: "old" | "new"): string => `${numbers(side)[0] ?? 0},${numbers(side).length}`;
  const signs: Readonly<Record<string, string>> = { removed: "-", added: "+" };
  const body = lines.map(({ type, content }) => `${signs[textOf(type)] ?? " "}${textOf(content)}`);
  return [`@@ -${range("old")} +${range("new")} @@`, ...body, ""].join("\n");
}

function jsonIn(text: string): Fields {
  try {
    return fieldsOf(JSON.parse(text));
  } catch {
    return {};
  }
}

/** Droid's list of steps is a text: `1. [in_progress] STEP`. */
export function stepsIn(todos: unknown): readonly PlanStep[] {
  return textOf(todos)
    .split("\n")
    .flatMap((line) => {
      const [, status, step] = /^\s*(?:\d+\.|[-*])?\s*\[(\w+)\]\s*(.+)$/.exec(line) ?? [];
      return step === undefined || status === "cancelled" ? [] : [planStep(step, status)];
    });
}

function lineOf(offset: unknown): number | undefined {
  const from = numberOf(offset);
  return from === undefined ? undefined : from + 1;
}

function globOf(patterns: unknown): string {
  return Array.isArray(patterns) ? patterns.map(textOf).join(" ") : textOf(patterns);
}
