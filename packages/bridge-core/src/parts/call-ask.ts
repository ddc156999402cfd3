import type { Ask, ItemDraft } from "../ops.ts";
import type { Fields } from "./fields.ts";
import { isWithin } from "./guarded-paths.ts";

/** What is to be known of a call that waits for leave. */
export interface AskingCall {
  readonly key: string;
  readonly call: { readonly name: string; readonly input: Fields; readonly item: ItemDraft };
  /** Where it works. */
  readonly cwd: string;
  /** Why the agent asks; null when it does not tell. */
  readonly reason: string | null;
}

/** The question whether a call may run; its `scope` covers this very call only. */
export function callAsk({ key, call: { name, input, item }, cwd, reason }: AskingCall): Ask {
  if (item.type === "fileChange") {
    const paths = item.changes.map(({ path, movedTo }) => movedTo ?? path);
    const isInside = paths.every((path) => isWithin(cwd, path));
    const why = isInside ? reason : "It reaches outside the working folder.";
    return { kind: "fileChange", key, reason: why, scope: `changes of ${paths.join(", ")}` };
  }
  const isCommand = item.type === "command";
  const scope = `${name} ${isCommand ? item.command : JSON.stringify(input)}`;
  return { kind: "command", key, reason: isCommand ? reason : (reason ?? scope), scope };
}
