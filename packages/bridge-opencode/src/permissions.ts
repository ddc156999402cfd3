import type { Settings } from "@fairlead/bridge-core";
import { listOf, textOf, type Fields } from "@fairlead/bridge-core/parts";

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
  readonly granted: "nothing" | "edits" | "all";
}

const ask: Permissions = { agent: null, granted: "nothing" };

/**
 * Approvals × sandbox → OpenCode. Its rules always say "ask", so that a setting holds from the next
 * request on, and a bridge that is gone grants nothing. It has no sandbox: a narrow one means asking.
 */
const table: Readonly<
  Record<Settings["approvals"], Readonly<Record<Settings["sandbox"], Permissions>>>
> = {
  ask: { "read-only": ask, "workspace-write": ask, "danger-full-access": ask },
  auto: {
    "read-only": ask,
    "workspace-write": { agent: null, granted: "edits" },
    "danger-full-access": { agent: null, granted: "all" },
  },
};

/** The permissions of these settings. Plan mode wins: a plan has no effects to grant. */
export function permissionsOf({ mode, approvals, sandbox }: Settings): Permissions {
  return mode === "plan" ? { agent: "plan", granted: "nothing" } : table[approvals][sandbox];
}

/** What has no effect of its own. A sub-agent's effects are asked one by one. */
const harmless = ["read", "glob", "grep", "list", "lsp", "skill", "task", "question"];
harmless.push("todoread", "todowrite", "plan_enter", "plan_exit");
/** Which sub-agents may be started differs from agent to agent (plan has none that could edit). */
const unasked = harmless.filter((permission) => permission !== "task");

/** Sub-agents get no rule of their session's but denials, so the server's own rules make them ask. */
const everything: Rule = { permission: "**", pattern: "**", action: "ask" };

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
 * being asked is asked, what they forbid stays forbidden. `tag` marks the MCP servers of the thread,
 * which no other thread may use; `unsafe` are sub-agents that would not ask.
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

/** Begins the name of every MCP server that belongs to one thread. */
export const tagPrefix = "fl-";

/** True when the rules of a session end in these already. */
export function endsIn(rules: readonly Rule[], last: readonly Rule[]): boolean {
  const tail = rules.slice(-last.length);
  return tail.length === last.length && last.every((rule, at) => isSame(rule, tail[at]));
}

/** True for an agent whose own rules let a sub-agent have an effect unasked. */
export function isUnsafe(agent: Fields): boolean {
  const rules = rulesIn(agent["permission"]);
  const asks = rules.findLastIndex((rule) => isSame(rule, everything) || forbidsAll(rule));
  return (
    asks === -1 || rules.slice(asks).some((rule) => rule.action === "allow" && !isHarmless(rule))
  );
}

function forbidsAll({ permission, pattern, action }: Rule): boolean {
  return permission === "*" && pattern === "*" && action !== "allow";
}

/** What is to be done about a request: the user is asked, or it is answered for them. */
export function decide(
  request: {
    readonly permission: string;
    readonly patterns: readonly string[];
    /** Files of an edit, absolute. */
    readonly files: readonly string[];
  },
  o: {
    readonly settings: Settings;
    /** The user's rules for the agent that asks. */
    readonly rules: readonly Rule[];
    readonly cwd: string;
  },
): "ask" | "grant" | "refuse" {
  const { permission, patterns, files } = request;
  const own = patterns.map((pattern) => evaluate(permission, pattern, o.rules));
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

function evaluate(permission: string, pattern: string, rules: readonly Rule[]): Rule["action"] {
  const last = rules.findLast(
    (rule) => matches(permission, rule.permission) && matches(pattern, rule.pattern),
  );
  return last?.action ?? "ask";
}

/** As OpenCode matches: `*` is any text, `?` any character, a last ` *` may be missing. */
function matches(text: string, wildcard: string): boolean {
  const escaped = wildcard.replaceAll("\\", "/").replaceAll(/[.+^${}()|[\]]/g, "\\$&");
  const source = escaped.replaceAll("*", ".*").replaceAll("?", ".");
  return new RegExp(`^${source.replace(/ \.\*$/, "( .*)?")}$`, "s").test(
    text.replaceAll("\\", "/"),
  );
}

/** Its own files outside the folder (tool output, plans) count as harmless to reach. */
function isHarmless({ permission, pattern }: Rule): boolean {
  return (
    harmless.includes(permission) ||
    (permission === "external_directory" && pattern.includes("/opencode/"))
  );
}

function isSame(one: Rule, other: Rule | undefined): boolean {
  return (
    one.permission === other?.permission &&
    one.pattern === other.pattern &&
    one.action === other.action
  );
}
