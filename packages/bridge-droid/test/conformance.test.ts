import droidBridge from "@fairlead/bridge-droid";
import { describeBridge } from "@fairlead/conformance";
import { builtBridge } from "../../../tools/built-bridge.ts";

const built = await builtBridge(new URL("../src/index.ts", import.meta.url));
describeBridge(droidBridge, { fixtures: new URL("conformance/", import.meta.url), ...built });
