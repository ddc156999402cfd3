import type { Settings } from "@fairlead/bridge-core";
import { acpFiles, grantOf, isOrdinaryFile, type Fields } from "@fairlead/bridge-core/parts";

/** What agents run or read as their settings, and the home folder as some of them write it. */
const guarded =
  ".gemini .claude .codex .factory .opencode .qwen .cursor .goose .kimi .kimi-code .grok .devin " +
  ".hermes .copilot .github .vscode .mcp.json opencode.json opencode.jsonc ~";

/** What is to be done about a call without asking the user; null: ask. */
export function decide(call: Fields, settings: Settings, cwd: string): "allow" | "reject" | null {
  const { kind } = call;
  const changes = kind === "edit" || kind === "delete" || kind === "move";
  if (settings.mode === "plan" && changes) return "reject";
  const grant = grantOf(settings);
  if (kind === "switch_mode") return null;
  if (grant === "all") return "allow";
  if (grant !== "edits" || kind !== "edit") return null;
  const files = acpFiles(call, cwd);
  const isOrdinary = files.every((file) => isOrdinaryFile(file, cwd, ...guarded.split(" ")));
  return files.length > 0 && isOrdinary ? "allow" : null;
}
