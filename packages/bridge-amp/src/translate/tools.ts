import type { ItemDraft } from "@fairlead/bridge-core";
import {
  diffOrProposal,
  listingItem,
  numberOf,
  otherTool,
  patchChanges,
  readingItem,
  searchingItem,
  textOf,
  type Fields,
  type JsonFields,
} from "@fairlead/bridge-core/parts";

/** Tools that change files, of both generations of names. */
export const editors: ReadonlySet<string> = new Set([
  ...["apply_patch", "create_file", "edit_file", "delete_file", "undo_edit", "format_file"],
]);
/** Tools that are agents of their own. */
const agents = new Set(["Task", "oracle", "librarian", "finder", "codebase_search_agent"]);

/** Makes a path absolute, as seen from the working folder. */
export type Absolute = (path: string) => string;

/** True for a call whose item shows what files held before. */
export function needsBefore(name: string, input: Fields): boolean {
  return /^(create|delete)_file$/.test(name) || /^\*\*\* Delete File: /m.test(patchIn(input));
}

/** The item of a call; `before`: what files hold, by their paths as the call has them. */
export function itemOf(
  name: string,
  input: JsonFields,
  absolute: Absolute,
  before: Fields,
): ItemDraft {
  const word = (...names: readonly string[]): string =>
    names.map((each) => textOf(input[each])).find((text) => text !== "") ?? "";
  const path = word("path", "file_path", "filePath");
  if (agents.has(name)) {
    return { type: "subagent", prompt: word("prompt", "task", "query", "description") };
  }
  switch (name) {
    case "shell_command":
    case "Bash": {
      const cwd = word("workdir", "cwd");
      const command = word("command", "cmd");
      return { type: "command", command, cwd: cwd === "" ? null : absolute(cwd) };
    }
    case "Read":
    case "read_file": {
      const [from, to] = Array.isArray(input["read_range"])
        ? input["read_range"].map(numberOf)
        : [];
      const lines = from === undefined || to === undefined ? undefined : to - from + 1;
      return readingItem(absolute(path), from, lines);
    }
    case "view_media":
    case "look_at":
      return { type: "imageView", path: absolute(path) };
    case "Grep":
      return searchingItem(word("pattern"), path, word("glob"));
    case "Glob":
    case "glob":
      return listingItem(path, word("filePattern", "pattern"));
    case "list_directory":
    case "LS":
      return listingItem(path, "");
    case "web_search":
      return { type: "webSearch", query: word("query", "objective") };
    case "read_web_page":
      return { type: "webSearch", query: word("url") };
    case "apply_patch": {
      const changes = patchChanges(patchIn(input), absolute, before);
      return changes.length > 0 ? { type: "fileChange", changes } : otherTool(name, input);
    }
    case "create_file":
    case "edit_file": {
      const { content, old_str: old, new_str: after } = input;
      const asked = { before: old ?? textOf(before[path]), after, content };
      const exists = content === undefined || typeof before[path] === "string";
      return { type: "fileChange", changes: [diffOrProposal(absolute(path), "", asked, exists)] };
    }
    case "delete_file":
      return {
        type: "fileChange",
        changes: [{ path: absolute(path), kind: "delete", diff: textOf(before[path]) }],
      };
    default:
      return otherTool(name, input);
  }
}

/** The patch in a call, whatever the member is called. */
function patchIn(input: Fields): string {
  const texts = Object.values(input).map(textOf);
  return texts.find((text) => /^\*\*\* (?:Begin Patch|\w+ File: )/m.test(text)) ?? "";
}
