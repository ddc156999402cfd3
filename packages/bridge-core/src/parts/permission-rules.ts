import { listOf, textOf } from "./fields.ts";
import { matchesWildcards } from "./wildcards.ts";

/** A rule of an agent's about what may be done: of several, the last one that matches decides. */
export type PermissionRule = {
  /** Kind of permission; like the pattern with `*` and `?`. */
  readonly permission: string;
  readonly pattern: string;
  readonly action: "allow" | "ask" | "deny";
};

/** The rules in an agent's list of them; an action that is unknown asks. */
export function rulesIn(list: unknown): readonly PermissionRule[] {
  return listOf(list).map(({ permission, pattern, action }) => ({
    permission: textOf(permission),
    pattern: textOf(pattern),
    action: action === "allow" || action === "deny" ? action : "ask",
  }));
}

/** What the rules say of this; they ask where they say nothing. */
export function actionOf(
  rules: readonly PermissionRule[],
  permission: string,
  pattern: string,
): PermissionRule["action"] {
  const last = rules.findLast(
    (rule) => matches(permission, rule.permission) && matches(pattern, rule.pattern),
  );
  return last?.action ?? "ask";
}

/** True when a list of rules has these at its end. */
export function endsInRules(
  rules: readonly PermissionRule[],
  last: readonly PermissionRule[],
): boolean {
  return JSON.stringify(rules.slice(-last.length)) === JSON.stringify(last);
}

/** A command may have arguments or none: a last ` *` may be missing. */
function matches(text: string, pattern: string): boolean {
  const [given, wanted] = [text.replaceAll("\\", "/"), pattern.replaceAll("\\", "/")];
  const short = wanted.endsWith(" *") ? wanted.slice(0, -2) : wanted;
  return matchesWildcards(given, wanted) || matchesWildcards(given, short);
}
