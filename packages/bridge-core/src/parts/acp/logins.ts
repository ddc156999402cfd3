import { fieldsOf, listOf, textOf } from "../fields.ts";

/**
 * The way to log in that needs no person, if there is one. `known`: by the ids of such, the variable
 * that has to be set; null where a login is found that was made before.
 */
export function unattendedLogin(
  authMethods: unknown,
  known: Readonly<Record<string, string | null>>,
  environment: Readonly<Record<string, string>>,
): string | undefined {
  const isSet = (variable: string): boolean => (environment[variable] ?? "") !== "";
  const ready = listOf(authMethods).find(({ id, type, vars }) => {
    const variable = known[textOf(id)];
    if (variable !== undefined) return variable === null || isSet(variable);
    const wanted = listOf(vars).map(({ name }) => textOf(name));
    return type === "env_var" && wanted.length > 0 && wanted.every(isSet);
  });
  return ready === undefined ? undefined : textOf(ready["id"]);
}

/** What the agent says is to be typed to log in; null when it says nothing. `command`: how it is started. */
export function terminalLogin(
  authMethods: unknown,
  command: readonly string[],
): readonly string[] | null {
  for (const { type, args: more, _meta: meta } of listOf(authMethods)) {
    const { command: file, args: given } = fieldsOf(fieldsOf(meta)["terminal-auth"]);
    if (typeof file === "string") return [file, ...wordsIn(given)];
    if (type === "terminal") return [...command, ...wordsIn(more)];
  }
  return null;
}

function wordsIn(list: unknown): readonly string[] {
  return Array.isArray(list) ? list.map(textOf) : [];
}
