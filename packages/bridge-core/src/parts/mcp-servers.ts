import type { McpServer } from "../adapter.ts";
import type { JsonValue } from "@fairlead/codex-proto";

/**
 * MCP servers as agents take them that name values in lists; `env`: whether the variables of one that
 * is started are such a list too, or an object.
 */
export function mcpServerList(servers: readonly McpServer[], env: "list" | "object"): JsonValue[] {
  return servers.map((server) => {
    if ("url" in server) {
      const { name, url, headers } = server;
      return { type: "http", name, url, headers: pairs(headers) };
    }
    const { name, command, args, env: variables } = server;
    return { name, command, args: [...args], env: env === "list" ? pairs(variables) : variables };
  });
}

function pairs(values: Readonly<Record<string, string>>): JsonValue[] {
  return Object.entries(values).map(([name, value]) => ({ name, value }));
}
