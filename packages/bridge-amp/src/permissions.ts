import type { Settings } from "@fairlead/bridge-core";
import { grantOf, textOf, type Fields } from "@fairlead/bridge-core/parts";
import { editors } from "./translate/tools.ts";

/** What only looks at the folder. */
const readers = new Set(["Read", "read_file", "Grep", "Glob", "glob", "list_directory", "LS"]);
readers.add("view_media").add("look_at").add("get_diagnostics");
/** What has no effect but on Amp's own thread. */
const harmless = new Set(["todo_read", "todo_write", "skill", "load_skill", "tool_search"]);
harmless.add("mermaid").add("shell_command_status").add("list_agent_modes");

/** `plan`: refused in plan mode. */
export type Verdict = "allow" | "ask" | "plan";

/**
 * Whether a call runs unasked. Amp has no sandbox: a narrow one means asking. Our plugin says of the
 * call: `inside`, its paths lie in the working folder; `guarded`, one decides what programs run.
 */
export function verdictOn(call: Fields, settings: Settings): Verdict {
  const tool = textOf(call["tool"]);
  const grant = grantOf(settings);
  const edits = editors.has(tool);
  if (settings.mode === "plan" && edits) return "plan";
  if (grant === "all" || harmless.has(tool)) return "allow";
  if (call["inside"] !== true) return "ask";
  if (readers.has(tool)) return "allow";
  return edits && grant === "edits" && call["guarded"] === false ? "allow" : "ask";
}
