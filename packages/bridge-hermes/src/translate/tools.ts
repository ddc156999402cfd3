import type { Ask, FileChange, ItemDraft, ItemPatch } from "@fairlead/bridge-core";
import {
  fieldsOf,
  isWithin,
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

/** What Hermes is told of a call that the user refused, and keeps as its result. */
export const declined = "The user declined this call. Do not try it in another way.";

/** Where a call is made, and what is known of the file it names. */
export interface Place {
  readonly cwd: string;
  /** With links resolved; none when that is not known. */
  readonly path?: string;
  /** What the file holds; null for one that is not there, or is too large to be shown. */
  readonly before?: string | null;
  /** What the files hold that a patch deletes, by the names it has for them. */
  readonly deleted?: Fields;
}

/** A call of a tool of Hermes', and the item that shows it. */
export interface ToolCall {
  readonly name: string;
  readonly input: Fields;
  readonly place: Place;
  readonly item: ItemDraft;
}

/** The call of a tool. */
export function toolCall(name: string, input: Fields, place: Place): ToolCall {
  return { name, input, place, item: itemOf(name, input, place) };
}

function itemOf(name: string, input: Fields, place: Place): ItemDraft {
  const word = (key: string): string => textOf(input[key]);
  switch (name) {
    case "terminal":
      return { type: "command", command: word("command"), cwd: word("workdir") || null };
    case "execute_code":
      return { type: "command", command: `python3 - <<'EOF'\n${word("code")}\nEOF`, cwd: null };
    case "read_file":
      return readingItem(word("path"), numberOf(input["offset"]), numberOf(input["limit"]));
    case "search_files":
      return word("target") === "files"
        ? listingItem(word("path"), word("pattern"))
        : searchingItem(word("pattern"), word("path"), word("file_glob"));
    case "write_file":
    case "patch":
      return { type: "fileChange", changes: changesOf(input, place) };
    case "web_search":
      return { type: "webSearch", query: word("query") };
    default:
      return otherTool(name.replace(/^mcp_([^_]+)_/, "mcp__$1__"), jsonFieldsOf(input));
  }
}

function changesOf(
  input: Fields,
  { cwd, path: known, before, deleted = {} }: Place,
): readonly FileChange[] {
  const absolute = (path: string): string => pathFrom(cwd, path);
  const { content, patch } = input;
  if (typeof patch === "string" && patch !== "") {
    const held = Object.entries(deleted).map(
      ([name, text]) => [absolute(name), textOf(text)] as const,
    );
    const diffs = new Map(held);
    return patchChanges(patch, absolute).map((change) => {
      return change.kind === "delete" ? { ...change, diff: diffs.get(change.path) ?? "" } : change;
    });
  }
  const path = known ?? absolute(textOf(input["path"]));
  const isNew = before === undefined || before === null;
  if (typeof content === "string" && isNew) return [{ path, kind: "add", diff: content }];
  const [from, to] =
    typeof content === "string" ? [before, content] : [input["old_string"], input["new_string"]];
  return [{ path, kind: "update", diff: replacingHunk(textOf(from), textOf(to)) }];
}

/** What the result adds to a call's item. */
export function toolOutcome(
  { name, item, place }: ToolCall,
  result: unknown,
): { status: "completed" | "failed" | "declined"; item?: ItemPatch; output?: string } {
  const { output, exit_code, error, diff, status: said } = fieldsOf(result);
  if (error === declined) return { status: "declined" };
  const failed = (typeof error === "string" && error !== "") || said === "error";
  const status = failed ? "failed" : "completed";
  switch (item.type) {
    case "command": {
      if (name !== "terminal" && name !== "execute_code") return { status, output: seen(result) };
      const exitCode = numberOf(exit_code) ?? (failed ? null : 0);
      const words = [textOf(output), textOf(error)].filter(Boolean).join("\n");
      return {
        status: exitCode === 0 ? "completed" : "failed",
        output: words,
        item: { type: "command", exitCode },
      };
    }
    case "fileChange": {
      const [change, ...others] = item.changes;
      const at = textOf(diff).search(/^@@/m);
      // Hermes writes the lines of a file without a last line break into one.
      const isWhole = at !== -1 && place.before?.endsWith("\n") === true;
      if (change?.kind !== "update" || others.length > 0 || !isWhole) return { status };
      const changes = [{ ...change, diff: textOf(diff).slice(at) }];
      return { status, item: { type: "fileChange", changes } };
    }
    case "mcpTool":
    case "tool":
      return { status, item: { type: item.type, result: toolContents(wordsOf(result)) } };
    default:
      return { status };
  }
}

function wordsOf(result: unknown): string {
  return typeof result === "string" ? result : JSON.stringify(result ?? null);
}

/** What a tool that looks at files saw. */
function seen(result: unknown): string {
  const { content, error, files } = fieldsOf(result);
  if (typeof content === "string") return content;
  return Array.isArray(files) ? files.join("\n") : textOf(error) || wordsOf(result);
}

/** The question whether a call may run; `reason`: why Hermes itself would ask. */
export function askAbout(
  key: string,
  { name, input, item, place }: ToolCall,
  why: string | null,
): Ask {
  const isOutside = place.path !== undefined && !isWithin(place.cwd, place.path);
  const reason = why ?? (isOutside ? `${place.path} is outside of the thread's folder` : null);
  const [change] = item.type === "fileChange" ? item.changes : [];
  if (change !== undefined) {
    return {
      kind: "fileChange",
      key,
      reason,
      scope: `changes of ${change.movedTo ?? change.path}`,
    };
  }
  const scope = `${name} ${JSON.stringify(input)}`;
  return { kind: "command", key, reason: reason ?? (name === "terminal" ? null : scope), scope };
}

/** What a list of the agent's steps holds, of the call `todo`. */
export function todosIn(result: unknown): readonly Fields[] {
  return listOf(fieldsOf(result)["todos"]);
}
