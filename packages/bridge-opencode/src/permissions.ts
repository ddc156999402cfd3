import type { Settings } from "@fairlead/bridge-core";
import {
  actionOf,
  endsInRules,
  fieldsOf,
  grantOf,
  isOrdinaryFile,
  listOf,
  rulesIn,
  textOf,
  type Fields,
  type PermissionRule as Rule,
} from "@fairlead/bridge-core/parts";

/** What has no effect of its own. */
const unasked = ["read", "glob", "grep", "list", "lsp", "skill", "question", "todoread"];
unasked.push("todowrite", "plan_enter", "plan_exit");
/** A sub-agent's effects are asked; which ones may be started, an agent's own rules say. */
const harmless = [...unasked, "task"];

/** Sub-agents get no rule of their session's but denials, so the server's own rules make them ask. */
const everything: Rule = { permission: "**", pattern: "**", action: "ask" };

/** Begins the names of a thread's MCP servers, on a server that all share. */
export function tagOf(threadId: string): string {
  return `fl-${threadId.slice(-8)}-`;
}

/** `OPENCODE_PERMISSION` of a server: the user's, and behind it the rule that asks for everything. */
export function serverPermission(own: unknown): string {
  const { permission, pattern, action } = everything;
  const rules = typeof own === "string" ? { "*": own } : own;
  return JSON.stringify(Object.assign({}, rules, { [permission]: { [pattern]: action } }));
}

/** The rules of an agent as the user has them. */
export function rulesOf(agent: Fields): readonly Rule[] {
  return rulesIn(agent["permission"]).filter((rule) => !isSame(rule, everything));
}

/**
 * Rules of a session, which go before those of its agent (`users`): what the user allows without
 * being asked is asked, what they forbid stays forbidden. Only the thread of `tag` may use its MCP
 * servers; `unsafe` are sub-agents that would not ask.
 */
export function sessionRules(
  users: readonly Rule[],
  tag: string,
  unsafe: readonly string[],
): readonly Rule[] {
  return [
    { permission: "*", pattern: "*", action: "ask" },
    ...unasked.map((permission) => ({ permission, pattern: "*", action: "allow" }) as const),
    ...users.filter((rule) => rule.action !== "allow" || isHarmless(rule)),
    { permission: "fl-*", pattern: "*", action: "deny" },
    { permission: `${tag}*`, pattern: "*", action: "ask" },
    ...unsafe.map((pattern) => ({ permission: "task", pattern, action: "deny" }) as const),
  ];
}

/** True for an agent whose own rules let a sub-agent have an effect unasked. */
export function isUnsafe(agent: Fields): boolean {
  const rules = rulesIn(agent["permission"]);
  const asks = rules.findLastIndex((rule) => isSame(rule, everything) || forbidsAll(rule));
  const allowing = rules.slice(Math.max(asks, 0)).filter(({ action }) => action === "allow");
  return asks === -1 || !allowing.every(isHarmless);
}

function forbidsAll({ permission, pattern, action }: Rule): boolean {
  return permission === "*" && pattern === "*" && action !== "allow";
}

/**
 * What is to be done about a request; `rules` are the user's for the agent that asks. OpenCode's own
 * always say "ask": so a setting holds from the next request on, and a bridge that is gone grants nothing.
 */
export function decide(
  { permission: kind, patterns, metadata }: Fields,
  o: { readonly settings: Settings; readonly rules: readonly Rule[]; readonly cwd: string },
): "ask" | "grant" | "refuse" {
  const permission = textOf(kind);
  const asked = Array.isArray(patterns) ? patterns.map(textOf) : ["*"];
  const own = asked.map((pattern) => actionOf(o.rules, permission, pattern));
  if (own.includes("deny")) return "refuse";
  if (harmless.includes(permission) && own.every((action) => action === "allow")) return "grant";
  const granted = grantOf(o.settings);
  if (granted === "all") return "grant";
  if (granted !== "edits" || permission !== "edit") return "ask";
  const files = filesOf(fieldsOf(metadata));
  const isOrdinary = files.every((file) => isOrdinaryFile(file, o.cwd, ...guarded));
  return files.length > 0 && isOrdinary ? "grant" : "ask";
}

/** What OpenCode runs or reads as its settings. */
const guarded = [".opencode", ".claude", "opencode.json", "opencode.jsonc"];

/** Files of an edit, absolute. */
function filesOf({ filepath, files }: Fields): readonly string[] {
  const many = listOf(files).flatMap(({ filePath, movePath }) => [filePath, movePath]);
  const named = many.length > 0 ? many : [filepath];
  return named.filter((path) => path !== undefined && path !== null).map(textOf);
}

/** Its own files outside the folder (tool output, plans) count as harmless to reach. */
function isHarmless({ permission, pattern }: Rule): boolean {
  const isOwn = permission === "external_directory" && pattern.includes("/opencode/");
  return isOwn || harmless.includes(permission);
}

function isSame(one: Rule, other: Rule): boolean {
  return endsInRules([one], [other]);
}
