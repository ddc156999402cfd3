import type { Ask, FileChange, ItemDraft } from "../ops.ts";
import type { Fields } from "./fields.ts";
import { isWithin } from "./guarded-paths.ts";

/** What is to be known of a call that waits for leave. */
export interface AskingCall {
  readonly key: string;
  readonly call: { readonly name: string; readonly input: Fields; readonly item: ItemDraft };
  /** False where it reaches outside the working folder: see also {@link changesWithin}. */
  readonly inside: boolean;
  /** Why the agent asks; null when it does not tell. */
  readonly reason: string | null;
}

/** The question whether a call may run; its `scope` covers this very call only. */
export function callAsk({ key, call: { name, input, item }, inside, reason }: AskingCall): Ask {
  const where = inside ? null : "It reaches outside the working folder.";
  const why = [reason, where].filter((words) => words !== null).join("\n");
  if (item.type === "fileChange" && item.changes.length > 0) {
    return { kind: "fileChange", key, reason: why || null, scope: changeScope(item.changes) };
  }
  if (item.type === "command" && item.actions === undefined) {
    // The same words do something else in another folder.
    const folder = item.cwd === null ? "" : ` in ${item.cwd}`;
    return { kind: "command", key, reason, scope: `${name} ${item.command}${folder}` };
  }
  const scope = `${name} ${JSON.stringify(input)}`;
  return { kind: "command", key, reason: why || scope, scope };
}

/** What covers changes for the session: of every file that they touch, also of one that is moved away. */
function changeScope(changes: readonly FileChange[]): string | readonly string[] | null {
  const paths = new Set(changes.flatMap(({ path, movedTo = path }) => [path, movedTo]));
  const scopes = [...paths].map((path) => `changes of ${path}`);
  return scopes.length > 1 ? scopes : (scopes[0] ?? null);
}

/** Whether all files that a call changes lie in a folder; links are not followed. */
export function changesWithin(folder: string, item: ItemDraft): boolean {
  const changes = item.type === "fileChange" ? item.changes : [];
  return changes
    .flatMap(({ path, movedTo = path }) => [path, movedTo])
    .every((path) => isWithin(folder, path));
}
