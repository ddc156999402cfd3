import type { Fields } from "@fairlead/bridge-core/parts";
import { fileURLToPath } from "node:url";

/** What makes a process of Droid's ask there before every call: its own rules let some run unasked. */
export function gateEnvironment({ url, token }: { readonly url: string; readonly token: string }) {
  return {
    FACTORY_RUNTIME_SETTINGS_PATH: besideCode("settings.json"),
    FAIRLEAD_DROID_NODE: process.execPath,
    FAIRLEAD_DROID_HOOK: besideCode("ask.mjs"),
    FAIRLEAD_DROID_GATE: url,
    FAIRLEAD_DROID_TOKEN: token,
  };
}

/** In the package beside the code, built or not. */
function besideCode(name: string): string {
  return fileURLToPath(new URL(`../hook/${name}`, import.meta.url));
}

/** A hook of ours: the user may have others. */
export function isOurs({ hookEventName, hookCommands }: Fields): boolean {
  const isAsking = JSON.stringify(hookCommands ?? []).includes("FAIRLEAD_DROID_HOOK");
  return isAsking && hookEventName === "PreToolUse";
}
