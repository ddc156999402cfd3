/** Claude Code as a Fairlead bridge. */
import type { BridgeFactory } from "@fairlead/bridge-core";
import { ClaudeAdapter } from "./adapter.ts";

/** Makes the bridge. Starts nothing until a method of it is called. */
const claudeBridge: BridgeFactory = (host) => new ClaudeAdapter(host);

export default claudeBridge;
