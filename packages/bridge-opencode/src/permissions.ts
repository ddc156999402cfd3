import type { Settings } from "@fairlead/bridge-core";
import {
  fieldsOf,
  grantOf,
  isOrdinaryFile,
  listOf,
  matchesWildcards,
  textOf,
  type Fields,
  type Grant,
} from "@fairlead/bridge-core/parts";

/** A rule of OpenCode's: the last one that matches decides. */
export type Rule = {
  /** Kind of permission, `*` and `?` allowed. */
  readonly permission: string;
  readonly pattern: string;
  readonly action: "allow" | "ask" | "deny";
};

/** What the bridge answers for the user; the rest is asked. */
export interface Permissions {
  /** Agent that takes the prompt; null: OpenCode's default one. */
  readonly agent: "plan" | null;
  /** `edits`: files inside the folder, but for what OpenCode or git would run. */
  readonly granted: Grant;
}

/**
 * The permissions of these settings. OpenCode's own rules always say "ask", so that a setting holds
 * from the next request on, and a bridge that is gone grants nothing.
 */
export function permissionsOf(settings: Settings): Permissions {
  return { agent: settings.mode === "plan" ? "plan" : null, granted: grantOf(settings) };
}

/**
 * What has no effect of its own, and is unasked in sessions of ours. Which sub-agents may be started
 * differs from agent to agent (plan has none that could edit).
 */
const unasked = ["read", "glob", "grep", "list", "lsp", "skill", "question", "todoread"];
unasked.push("todowrite", "plan_enter", "plan_exit");
/** A sub-agent's effects are asked one by one. */
const harmless = [...unasked, "task"];

/** Sub-agents get no rule of their session's but denials, so the server's own rules make them ask. */
const everything: Rule = { permission: "**", pattern: "**", action: "ask" };

/** Begins the name of every MCP server that belongs to one thread. */
const tagPrefix = "fl-";

/** Marks what belongs to one thread on a server that all share. */
export function tagOf(threadId: string): string {
  return `${tagPrefix}${threadId.slice(-8)}-`;
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

/** The rules in a list of OpenCode's. */
export function rulesIn(list: unknown): readonly Rule[] {
  return listOf(list).map(({ permission, pattern, action }) => ({
    permission: textOf(permission),
    pattern: textOf(pattern),
    action: action === "allow" || action === "deny" ? action : "ask",
  }));
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
    { permission: `${tagPrefix}*`, pattern: "*", action: "deny" },
    { permission: `${tag}*`, pattern: "*", action: "ask" },
    ...unsafe.map((pattern) => ({ permission: "task", pattern, action: "deny" }) as const),
  ];
}

/** True when the rules of a session end in these already. */
export function endsIn(rules: readonly Rule[], last: readonly Rule[]): boolean {
  return isSame(rules.slice(-last.length), last);
}

/** True for an agent whose own rules let a sub-agent have an effect unasked. */
export function isUnsafe(agent: Fields): boolean {
  const rules = rulesIn(agent["permission"]);
  const forbids = ({ permission, pattern, action }: Rule): boolean =>
    permission === "*" && pattern === "*" && action !== "allow";
  const asks = rules.findLastIndex((rule) => isSame(rule, everything) || forbids(rule));
  const last = rules.slice(Math.max(asks, 0));
  return asks === -1 || last.some((rule) => rule.action === "allow" && !isHarmless(rule));
}

/** What is to be done about a request; `rules` are the user's for the agent that asks. */
export function decide(
  { permission: kind, patterns, metadata }: Fields,
  o: { readonly settings: Settings; readonly rules: readonly Rule[]; readonly cwd: string },
): "ask" | "grant" | "refuse" {
  const permission = textOf(kind);
  const asked = Array.isArray(patterns) ? patterns.map(textOf) : ["*"];
  const own = asked.map((pattern) => {
    const isFor = (rule: Rule): boolean =>
      matches(permission, rule.permission) && matches(pattern, rule.pattern);
    return o.rules.findLast(isFor)?.action ?? "ask";
  });
  if (own.includes("deny")) return "refuse";
  if (harmless.includes(permission) && own.every((action) => action === "allow")) return "grant";
  const { granted } = permissionsOf(o.settings);
  if (granted === "all") return "grant";
  if (granted !== "edits" || permission !== "edit") return "ask";
  const files = filesOf(fieldsOf(metadata));
  const isOrdinary = files.every((file) => isOrdinaryFile(file, o.cwd, ...guarded));
  return files.length > 0 && isOrdinary ? "grant" : "ask";
}

/** What OpenCode runs or reads as its settings. */
const guarded = [".opencode", "opencode.json", "opencode.jsonc"];

/** Files of an edit, absolute. */
function filesOf({ filepath, files }: Fields): readonly string[] {
  const many = listOf(files).flatMap(({ filePath, movePath }) => [filePath, movePath]);
  const named = many.length > 0 ? many : [filepath];
  return named.filter((path) => path !== undefined && path !== null).map(textOf);
}

/** As OpenCode matches: a last ` *` may be missing. */
function matches(text: string, pattern: string): boolean {
  const [given, wanted] = [text.replaceAll("\\", "/"), pattern.replaceAll("\\", "/")];
  const short = wanted.endsWith(" *") ? wanted.slice(0, -2) : wanted;
  return matchesWildcards(given, wanted) || matchesWildcards(given, short);
}

/** Its own files outside the folder (tool output, plans) count as harmless to reach. */
function isHarmless({ permission, pattern }: Rule): boolean {
  const isOwn = permission === "external_directory" && pattern.includes("/opencode/");
  return isOwn || harmless.includes(permission);
}

function isSame<T extends Rule | readonly Rule[]>(one: T, other: T): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
