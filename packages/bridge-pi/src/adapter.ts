import { BridgeError, type BridgeFactory } from "@fairlead/bridge-core";

/** The bridge to Pi. */
export const piBridge: BridgeFactory = () => ({
  contract: 1,
  id: "pi",
  displayName: "Pi",
  capabilities: { gating: "all", from: "forkAtTurn", spare: false, input: ["text"] },
  probe: async () => ({
    available: false,
    reason: "error",
    detail: "Pi is not bridged yet",
    login: null,
  }),
  openThread: async () => {
    throw new BridgeError("unsupported", "Pi is not bridged yet");
  },
  [Symbol.asyncDispose]: async () => {},
});
