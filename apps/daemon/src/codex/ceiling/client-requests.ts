import { type JsonObject, listOf, objectOf } from "./narrow.ts";

/** Methods that open a thread: their responses tell its settings. */
export const opening: ReadonlySet<string> = new Set([
  "thread/start",
  "thread/resume",
  "thread/fork",
]);
/** Methods that make an agent work in a thread: its settings must be known. */
export const working: ReadonlySet<string> = new Set([
  "review/start",
  "thread/approveGuardianDeniedAction",
  "thread/compact/start",
  "thread/goal/set",
  "thread/inject_items",
  "thread/prepareApprovedPlan",
  "thread/queue/add",
  "thread/queue/start",
  "thread/queue/update",
  "thread/realtime/start",
  "thread/sample",
  "thread/shellCommand",
  "turn/settings/update",
  "turn/start",
  "turn/steer",
]);
/**
 * The params of `initialize` as codex gets them. Lowering a thread is an experimental method. A client that did not ask for those is spared what
 * codex then tells of its own accord.
 */
export function knowingAll(params: JsonObject): JsonObject {
  const capabilities = objectOf(params["capabilities"]);
  if (capabilities["experimentalApi"] === true) return params;
  const out: unknown = capabilities["optOutNotificationMethods"];
  const optOutNotificationMethods = [...listOf(out), "thread/readState/changed"];
  return {
    ...params,
    capabilities: { ...capabilities, experimentalApi: true, optOutNotificationMethods },
  };
}
