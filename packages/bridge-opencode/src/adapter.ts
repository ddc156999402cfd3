import { BridgeError, type BridgeFactory } from "@fairlead/bridge-core";

/** The bridge to OpenCode. */
export const openCodeBridge: BridgeFactory = () => ({
  contract: 1,
  id: "opencode",
  displayName: "OpenCode",
  capabilities: { gating: "all", from: "forkAtTurn", spare: false, input: ["text"] },
  probe: async () => ({
    available: false,
    reason: "error",
    detail: "OpenCode is not bridged yet",
    login: null,
  }),
  openThread: async () => {
    throw new BridgeError("unsupported", "OpenCode is not bridged yet");
  },
  [Symbol.asyncDispose]: async () => {},
});
