import { threadWork } from "@fairlead/bridge-core";
import { type JsonObject, listOf, objectOf } from "./narrow.ts";

/** Methods that open a thread: their responses tell its settings. */
export const opening: ReadonlySet<string> = new Set([
  "thread/start",
  "thread/resume",
  "thread/fork",
]);
/** Methods that make an agent work in a thread: its settings must be known. */
export const working: ReadonlySet<string> = new Set([...threadWork, "turn/settings/update"]);
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
