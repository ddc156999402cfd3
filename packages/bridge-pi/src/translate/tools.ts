import type { FileChange, ItemDraft, ItemPatch } from "@fairlead/bridge-core";
import {
  fieldsOf,
  listingItem,
  listOf,
  numberOf,
  otherTool,
  readingItem,
  replacingHunk,
  searchingItem,
  textOf,
  toolContents,
  type Fields,
  type JsonFields,
} from "@fairlead/bridge-core/parts";

const images = /\.(png|jpe?g|gif|webp)$/i;
/** What Pi adds to what a command printed; before 0.99 it alone tells the exit code. */
const trailer = /(?:\n\n)?Command (?:exited with code (\d+)|aborted|timed out.*)$/;

/** Makes a path absolute, as seen from the working folder. */
export type Absolute = (path: string) => string;

/** A call of a tool, and the item that shows it. */
export interface ToolCall {
  readonly name: string;
  readonly input: JsonFields;
  readonly item: ItemDraft;
}

/** The item of a call. `before`: what a file to be written holds, where that is known. */
export function itemOf(
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
      if (images.test(path)) return { type: "imageView", path: absolute(path) };
      return readingItem(path, numberOf(input["offset"]), numberOf(input["limit"]));
    case "grep":
      return searchingItem(word("pattern"), path, word("glob"));
    case "find":
      return listingItem(path, word("pattern"));
    case "ls":
      return listingItem(path, "");
    case "write":
    case "edit":
      return {
        type: "fileChange",
        changes: [{ path: absolute(path), ...proposed(input, before) }],
      };
    default:
      return otherTool(name, input);
  }
}

/** What a file tool would change: line numbers are not known yet. */
function proposed(input: Fields, before: string | null): Pick<FileChange, "kind" | "diff"> {
  const { content, edits } = input;
  if (typeof content === "string" && before === null) return { kind: "add", diff: content };
  if (typeof content === "string")
    return { kind: "update", diff: replacingHunk(before ?? "", content) };
  const hunks = (edits === undefined ? [input] : listOf(edits)).map(({ oldText, newText }) => {
    return replacingHunk(textOf(oldText), textOf(newText));
  });
  return { kind: "update", diff: hunks.join("") };
}

/** What the result adds to a call's item. */
export function toolOutcome(
  { name, item }: ToolCall,
  result: Fields,
  failed: boolean,
): { item?: ItemPatch; output?: string } {
  const { details, structuredContent } = result;
  const contents = toolContents(result["content"]);
  switch (item.type) {
    case "command": {
      const said = outputOf(result);
      const exit = failed ? trailer.exec(said) : null;
      const told = exit?.[1] === undefined ? undefined : Number(exit[1]);
      const structured = numberOf(fieldsOf(structuredContent)["exit_code"]);
      const exitCode = structured ?? told ?? (failed ? null : 0);
      const printed = exit === null ? said : said.slice(0, exit.index);
      const output = name === "bash" && printed === "(no output)" ? "" : printed;
      return { output, item: { type: "command", exitCode } };
    }
    case "fileChange": {
      const [change] = item.changes;
      const patch = textOf(fieldsOf(details)["patch"]);
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
  const contents = toolContents(result["content"]);
  return contents.map((part) => (part.type === "text" ? part.text : "")).join("");
}
