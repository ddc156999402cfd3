import type { FileChange, ItemDraft, ItemPatch } from "@fairlead/bridge-core";
import {
  fieldsOf,
  hunksOf,
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
  /** {@link serverNames}. */
  readonly servers?: ReadonlyMap<string, string>;
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

/** Names of MCP servers by what the names of their tools begin with. */
export function serverNames(servers: readonly string[]): ReadonlyMap<string, string> {
  return new Map(servers.map((name) => [`mcp_${name.replaceAll(/\W/g, "_")}`, name]));
}

function itemOf(name: string, input: Fields, place: Place): ItemDraft {
  const word = (key: string): string => textOf(input[key]);
  // Hermes stays where its last command went.
  const elsewhere = place.path === place.cwd ? null : (place.path ?? (word("workdir") || null));
  switch (name) {
    case "terminal":
      return { type: "command", command: word("command"), cwd: elsewhere };
    case "execute_code":
      return {
        type: "command",
        command: `python3 - <<'EOF'\n${word("code")}\nEOF`,
        cwd: elsewhere,
      };
    case "read_file":
      return readingItem(word("path"), numberOf(input["offset"]), numberOf(input["limit"]));
    case "search_files":
      return word("target") === "files"
        ? listingItem(word("path"), word("pattern"))
        : searchingItem(word("pattern"), word("path"), word("file_glob"));
    case "write_file":
    case "patch":
      return { type: "fileChange", changes: changesOf(input, place) };
    case "delegate_task": {
      const goals = listOf(input["tasks"]).map(({ goal }) => textOf(goal));
      return { type: "subagent", prompt: word("goal") || goals.join("\n") };
    }
    case "web_search":
      return { type: "webSearch", query: word("query") };
    default: {
      const ours = otherTool(name, jsonFieldsOf(input), place.servers ?? new Map());
      // Of the user's own servers nothing but the tools is known.
      const spelled = name.replace(/^mcp_([^_]+)_/, "mcp__$1__");
      return ours.type === "mcpTool" ? ours : otherTool(spelled, jsonFieldsOf(input));
    }
  }
}

function changesOf(input: Fields, place: Place): readonly FileChange[] {
  const { cwd, path: known, before = null, deleted } = place;
  const absolute = (path: string): string => pathFrom(cwd, path);
  const { content, patch } = input;
  if (typeof patch === "string" && patch !== "") return patchChanges(patch, absolute, deleted);
  const path = known ?? absolute(textOf(input["path"]));
  if (typeof content !== "string") {
    const diff = replacingHunk(textOf(input["old_string"]), textOf(input["new_string"]));
    return [{ path, kind: "update", diff }];
  }
  if (before === null) return [{ path, kind: "add", diff: content }];
  return [{ path, kind: "update", diff: replacingHunk(before, content) }];
}

/** What the result adds to a call's item. */
export function toolOutcome(
  { item, place }: ToolCall,
  result: unknown,
): { status: "completed" | "failed" | "declined"; item?: ItemPatch; output?: string } {
  const { output, exit_code, error, diff, status: said } = fieldsOf(result);
  if (error === declined) return { status: "declined" };
  const failed = (typeof error === "string" && error !== "") || said === "error";
  const status = failed ? "failed" : "completed";
  switch (item.type) {
    case "command": {
      if (item.actions !== undefined) return { status, output: seen(result) };
      const exitCode = numberOf(exit_code) ?? (failed ? null : 0);
      return {
        status: exitCode === 0 ? "completed" : "failed",
        output: [textOf(output), textOf(error)].filter(Boolean).join("\n"),
        item: { type: "command", exitCode },
      };
    }
    case "fileChange": {
      const [change, ...others] = item.changes;
      // Hermes writes the lines of a file without a last line break into one.
      const isWhole = /^@@/m.test(textOf(diff)) && place.before?.endsWith("\n") === true;
      if (change?.kind !== "update" || others.length > 0 || !isWhole) return { status };
      const changes = [{ ...change, diff: hunksOf(textOf(diff)) }];
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

/** What a list of the agent's steps holds, of the call `todo`. */
export function todosIn(result: unknown): readonly Fields[] {
  return listOf(fieldsOf(result)["todos"]);
}
