import { describeBridge } from "@fairlead/conformance";
import { builtBridge } from "../../../tools/built-bridge.ts";
import bridge from "./claude-agent-acp.ts";

const built = await builtBridge(new URL("claude-agent-acp.ts", import.meta.url));
describeBridge(bridge, { fixtures: new URL("conformance/", import.meta.url), ...built });
