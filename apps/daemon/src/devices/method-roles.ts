import { type Role, roles } from "./principal.ts";
import { answerRoleTable, methodRoleTable, terminalRoleTable } from "./role-tables.ts";

const known: ReadonlyMap<string, Role> = new Map([
  ...Object.entries(methodRoleTable),
  ...Object.entries(terminalRoleTable),
]);
const knownAnswers: ReadonlyMap<string, Role> = new Map(Object.entries(answerRoleTable));

/** What a `thread/resume` below `drive` may say: which thread, and how much of it to show. */
const resumeKeys: readonly string[] = ["threadId", "excludeTurns", "initialTurnsPage"];

/** The least role that may send a method. A method nobody knows needs `admin`. */
export function minimalRole(method: string): Role {
  return known.get(method) ?? "admin";
}

/** Whether a role includes another. */
export function includesRole(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}

/**
 * Null when the role may send the method, else the sentence for its client: which role is needed, and
 * what the operator types to give it. `device` is the name in that command.
 */
export function refusalOf(role: Role, method: string, device = "NAME"): string | null {
  const needed = minimalRole(method);
  return includesRole(role, needed) ? null : sentence(role, method, needed, device);
}

/**
 * Whether devices of a role may answer what an agent asks: approvals, questions. With a method,
 * whether they may answer that one: a tool the client runs needs `drive`, a login `admin`, and a
 * method nobody knows too.
 */
export function mayAnswer(role: Role, method?: string): boolean {
  return includesRole(role, method === undefined ? "approve" : answerRole(method));
}

/** The least role that may answer a server request. */
function answerRole(method: string): Role {
  return knownAnswers.get(method) ?? "admin";
}

/**
 * The params a role may send with a method it may send; `dropped` names the fields that were taken
 * out. The answer tells what is in force, so the client is not told that they worked.
 *
 * Below `drive`, `thread/resume` keeps only which thread and how much of it: with its other fields a
 * viewer could change model, permissions and instructions, or open any file as a thread, which
 * `getConversationSummary` could too. Below `admin`, `getAuthStatus` does not hand out the login's own
 * token.
 */
export function paramsFor(
  role: Role,
  method: string,
  params: unknown,
): { readonly params: unknown; readonly dropped: readonly string[] } {
  const keep = keptKeys(role, method);
  if (keep === null || typeof params !== "object" || params === null)
    return { params, dropped: [] };
  const fields = Object.entries(params);
  const dropped = fields.filter(([key, value]) => value != null && !keep(key)).map(([key]) => key);
  if (dropped.length === 0) return { params, dropped };
  return { params: Object.fromEntries(fields.filter(([key]) => keep(key))), dropped };
}

/** Every method with its role, for documentation. */
export function methodRoles(): readonly (readonly [method: string, role: Role])[] {
  return [...known];
}

/** Every server request with the role that may answer it, for documentation. */
export function answerRoles(): readonly (readonly [method: string, role: Role])[] {
  return [...knownAnswers];
}

function keptKeys(role: Role, method: string): ((key: string) => boolean) | null {
  if (method === "thread/resume" && !includesRole(role, "drive")) {
    return (key) => resumeKeys.includes(key);
  }
  if (method === "getConversationSummary" && !includesRole(role, "drive")) {
    return (key) => key === "conversationId";
  }
  if (method === "getAuthStatus" && role !== "admin") return (key) => key !== "includeToken";
  return null;
}

function sentence(role: Role, method: string, needed: Role, device: string): string {
  const name = /^[\w.-]+$/u.test(device) ? device : `"${device}"`;
  return (
    `${method} needs the role \`${needed}\`, and this device has \`${role}\`: ` +
    `on the host, run \`fairlead devices role ${name} ${needed}\``
  );
}
