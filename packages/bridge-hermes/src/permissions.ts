import type { Settings } from "@fairlead/bridge-core";
import { grantOf, isPlainWithin, isWithin, textOf, type Fields } from "@fairlead/bridge-core/parts";
import type { Place, ToolCall } from "./translate/tools.ts";

/** Tools without an effect. */
const readers = new Set([
  ...["clarify", "read_file", "read_terminal", "search_files", "session_search", "skill_view"],
  ...["skills_list", "todo", "web_search"],
]);
/** Of the tool `process`: what only looks. */
const watching = new Set(["list", "poll", "log", "wait"]);

/** `allow`, `ask`, or why a call is refused unasked. */
export type Verdict = "allow" | "ask" | { readonly refused: string };

const planning = "Plan mode: propose what you would change, and change nothing.";

/** Whether a call runs unasked. Hermes has no sandbox: a narrow one means asking. */
export function verdictOn({ name, input, item, place }: ToolCall, settings: Settings): Verdict {
  if (readers.has(name) && isPlainReading(name, input, place)) return "allow";
  if (name === "process" && watching.has(textOf(input["action"]))) return "allow";
  // What Hermes' own sub-agents do is asked by itself; what another program's do is not.
  if (name === "delegate_task" && !/"acp_\w+":/.test(JSON.stringify(input))) return "allow";
  if (settings.mode === "plan" && item.type === "fileChange") return { refused: planning };
  const grant = grantOf(settings);
  if (grant === "all") return "allow";
  if (readers.has(name)) return "ask";
  const [change] = item.type === "fileChange" ? item.changes : [];
  const isEdit = change !== undefined && change.path === place.path;
  return grant === "edits" && isEdit && isPlainWithin(place.cwd, change.path) ? "allow" : "ask";
}

/** Whether it is known to look at the folder alone. */
function isPlainReading(name: string, input: Fields, { cwd, path }: Place): boolean {
  if (path === undefined) return !/_files?$/.test(name);
  // To the program that searches, words that begin so are options: `--pre=rm` has it run one.
  const isOption = [input["path"], input["pattern"]].some((word) => textOf(word).startsWith("-"));
  return !isOption && isWithin(cwd, path);
}
