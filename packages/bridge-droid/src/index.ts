/** Factory Droid as a Fairlead bridge. */
export { droidBridge as default } from "./adapter.ts";
