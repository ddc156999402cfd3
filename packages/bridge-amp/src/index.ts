/** Amp as a bridge of Fairlead's. */
export { ampBridge as default } from "./adapter.ts";
