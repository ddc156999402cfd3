/** Every agent that speaks the Agent Client Protocol, as a Fairlead bridge. */
export { acpBridge, bridge as default } from "./adapter.ts";
export { presets, type AcpAgent } from "./agents.ts";
