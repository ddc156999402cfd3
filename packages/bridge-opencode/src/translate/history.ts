import type { ThreadOp } from "@fairlead/bridge-core";
import type { Fields } from "@fairlead/bridge-core/parts";
import type { TranslatorOptions } from "./translator.ts";

/**
 * Past turns of a session, `begin … end` with times, from what `GET /session/{id}/message` answers;
 * `children` has the same of the sub-agents' sessions, those of theirs included. Keys are those of
 * live ops.
 */
export function historyOps(
  _options: TranslatorOptions,
  _messages: readonly Fields[],
  _children: ReadonlyMap<string, readonly Fields[]>,
): ThreadOp[] {
  return [];
}
