import type { BridgeFactory } from "@fairlead/bridge-core";
import { acpBridge, presets } from "../src/index.ts";

const { "claude-agent-acp": preset } = presets;
if (preset === undefined) throw new Error("there is no preset claude-agent-acp");

/** The bridge to the agent that the suite's beats were recorded with. */
const bridge: BridgeFactory = acpBridge(preset);
export default bridge;
