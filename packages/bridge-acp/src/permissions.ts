import type { Ask, ItemDraft, Settings } from "@fairlead/bridge-core";
import {
  choice,
  grantOf,
  isOrdinaryFile,
  listOf,
  textOf,
  type Fields,
} from "@fairlead/bridge-core/parts";
import { filesOf, titleOf } from "./translate/tools.ts";

/** What is answered to `session/request_permission`. */
export type Outcome =
  | { readonly outcome: "cancelled" }
  | { readonly outcome: "selected"; readonly optionId: string };

/** What agents run or read as their settings. */
const guarded = [".gemini", ".claude", ".codex", ".factory", ".opencode", ".qwen", ".cursor"];
guarded.push(".goose", ".kimi", ".github", ".vscode", ".mcp.json", "opencode.json");

/**
 * The option of a kind: `once`, never one that would hold for later calls. Cancelled where there is
 * none, which stops the agent rather than grant too much.
 */
export function outcomeFor(options: readonly Fields[], kind: "allow" | "reject"): Outcome {
  const option = options.find((each) => each["kind"] === `${kind}_once`);
  if (option === undefined) return { outcome: "cancelled" };
  return { outcome: "selected", optionId: textOf(option["optionId"]) };
}

/** What is to be done about a call without asking the user; null: ask. */
export function decide(call: Fields, settings: Settings, cwd: string): "allow" | "reject" | null {
  const { kind } = call;
  const changes = kind === "edit" || kind === "delete" || kind === "move";
  if (settings.mode === "plan" && changes) return "reject";
  const grant = grantOf(settings);
  if (kind === "switch_mode") return null;
  if (grant === "all") return "allow";
  if (grant !== "edits" || kind !== "edit") return null;
  const files = filesOf(call, cwd);
  const isOrdinary = files.every((file) => isOrdinaryFile(file, cwd, ...guarded));
  return files.length > 0 && isOrdinary ? "allow" : null;
}

/** The question to the user. `scope` covers this very call only. */
export function askAbout(key: string, call: Fields, item: ItemDraft): Ask {
  if (item.type === "fileChange") {
    const paths = item.changes.map(({ path }) => path);
    return { kind: "fileChange", key, reason: null, scope: `changes of ${paths.join(", ")}` };
  }
  const isCommand = item.type === "command" && item.actions === undefined;
  if (isCommand) return { kind: "command", key, reason: null, scope: `run ${item.command}` };
  const input = call["rawInput"];
  const words = input === undefined ? "" : ` ${JSON.stringify(input)}`;
  const reason = `${titleOf(call)}${words}`;
  return { kind: "command", key, reason, scope: input === undefined ? null : reason };
}

/** The way out of plan mode: the agent's own options, without those that would stop its asking. */
export function leavingPlan(key: string, call: Fields, options: readonly Fields[]): Ask {
  const offered = options.filter(({ kind }) => kind === "allow_once" || kind === "reject_once");
  const labels = offered.map(({ name }) => ({ label: textOf(name), description: "" }));
  const question = choice(key, "Plan", titleOf(call), labels);
  return { kind: "questions", key, questions: [question] };
}

/** The option with this name; else that of the user's no. */
export function outcomeNamed(options: readonly Fields[], name: string | null): Outcome {
  const once = listOf(options).filter(
    ({ kind }) => kind === "allow_once" || kind === "reject_once",
  );
  const option = once.find((each) => each["name"] === name);
  if (option === undefined) return outcomeFor(options, "reject");
  return { outcome: "selected", optionId: textOf(option["optionId"]) };
}
