/** OpenCode as a Fairlead bridge. */
export { openCodeBridge as default } from "./adapter.ts";
