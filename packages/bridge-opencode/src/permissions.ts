import type { Settings } from "@fairlead/bridge-core";
import { grantOf, listOf, textOf, type Fields, type Grant } from "@fairlead/bridge-core/parts";

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

/** What OpenCode asks about; `files`: those of an edit, absolute. */
interface Request {
  readonly permission: string;
  readonly patterns: readonly string[];
  readonly files: readonly string[];
}

/** What is to be done about a request; `rules` are the user's for the agent that asks. */
export function decide(
  { permission, patterns, files }: Request,
  o: { readonly settings: Settings; readonly rules: readonly Rule[]; readonly cwd: string },
): "ask" | "grant" | "refuse" {
  const own = patterns.map((pattern) => {
    const last = o.rules.findLast(
      (rule) => matches(permission, rule.permission) && matches(pattern, rule.pattern),
    );
    return last?.action ?? "ask";
  });
  if (own.includes("deny")) return "refuse";
  if (harmless.includes(permission) && own.every((action) => action === "allow")) return "grant";
  const { granted } = permissionsOf(o.settings);
  if (granted === "all") return "grant";
  if (granted !== "edits" || permission !== "edit" || files.length === 0) return "ask";
  return files.every((file) => isOrdinary(file, o.cwd)) ? "grant" : "ask";
}

/** A file inside the folder that nobody runs or reads as settings of theirs. */
function isOrdinary(file: string, cwd: string): boolean {
  const inside = file.startsWith(cwd.endsWith("/") ? cwd : `${cwd}/`);
  return inside && !/\/(\.\.|\.git|\.opencode|\.claude|\.agents|opencode\.jsonc?)(\/|$)/.test(file);
}

/** As OpenCode matches: `*` is any text, `?` any character, a last ` *` may be missing. */
function matches(text: string, wildcard: string): boolean {
  const escaped = wildcard.replaceAll("\\", "/").replaceAll(/[.+^${}()|[\]]/g, "\\$&");
  const source = escaped.replaceAll("*", ".*").replaceAll("?", ".");
  const pattern = new RegExp(`^${source.replace(/ \.\*$/, "( .*)?")}$`, "s");
  return pattern.test(text.replaceAll("\\", "/"));
}

/** Its own files outside the folder (tool output, plans) count as harmless to reach. */
function isHarmless({ permission, pattern }: Rule): boolean {
  const isOwn = permission === "external_directory" && pattern.includes("/opencode/");
  return isOwn || harmless.includes(permission);
}

function isSame<T extends Rule | readonly Rule[]>(one: T, other: T): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
