/** Claude Code as a Fairlead bridge. */
export { claudeBridge as default } from "./adapter.ts";
