import { memoryUsage, pid } from "node:process";
import type { Handlers } from "./handler.ts";

/** How the server's own process is doing. */
export function diagnosticsMethods(): Handlers {
  return {
    "server/diagnostics": () => ({
      process: {
        id: pid,
        residentMemoryBytes: memoryUsage.rss(),
        physicalFootprintBytes: null,
      },
      gauges: [],
    }),
  };
}
