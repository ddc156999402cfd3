/** Pi as a Fairlead bridge. */
export { piBridge as default } from "./adapter.ts";
