/** Hermes as a Fairlead bridge. */
export { hermesBridge as default } from "./adapter.ts";
