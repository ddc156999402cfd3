/** The few constants of the protocol, without its types and schema: loads in no time. */
export { codexVersion } from "./generated/version.ts";
export { sequenceKey } from "./overlay.ts";
