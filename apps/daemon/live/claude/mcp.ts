import { mcp as shared } from "../agent/mcp.ts";
import { rowsOf } from "../agent/rows-of.ts";
import type { LiveScenario } from "../scenario.ts";

/** MCP servers and the client's own tools. */
export const mcp: readonly LiveScenario[] = rowsOf(shared, {
  "mcp-accepted": null,
  "mcp-declined": null,
  "mcp-elicitation":
    "`elicitation`: an MCP server's question goes to the client, the answer back to it.",
  "dynamic-tools":
    "The client's own tools are an MCP server to Claude; the client answers the call.",
});
