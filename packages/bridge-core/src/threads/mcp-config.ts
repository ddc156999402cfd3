import type { JsonValue } from "@fairlead/codex-proto";
import { z } from "zod";
import type { McpServer } from "../adapter.ts";
import { RpcError } from "../errors.ts";

const common = { enabled: z.boolean().default(true) };
const strings = z.record(z.string(), z.string()).default({});
const local = z.looseObject({
  ...common,
  command: z.string(),
  args: z.array(z.string()).default([]),
  env: strings,
});
const remote = z.looseObject({ ...common, url: z.string(), http_headers: strings });

/**
 * The MCP servers in a client's `config`, in the words of codex's own `config.toml`: a table
 * `mcp_servers`, or one dotted key a server.
 */
export function configuredServers(
  config: { readonly [key in string]?: JsonValue } | null | undefined,
): readonly McpServer[] {
  const table = z.record(z.string(), z.unknown()).optional().safeParse(config?.["mcp_servers"]);
  if (!table.success)
    throw RpcError.invalidParams("config.mcp_servers: must be a table of servers");
  const dotted = Object.entries(config ?? {}).flatMap(([key, value]) => {
    const name = /^mcp_servers\.([^.]+)$/.exec(key)?.[1];
    return name === undefined ? [] : [[name, value] as const];
  });
  const servers: (readonly [string, unknown])[] = [...Object.entries(table.data ?? {}), ...dotted];
  return servers.flatMap(([name, value]) => readServer(name, value));
}

function readServer(name: string, value: unknown): McpServer[] {
  const byCommand = local.safeParse(value);
  if (byCommand.success) {
    const { command, args, env, enabled } = byCommand.data;
    return enabled ? [{ name, command, args, env }] : [];
  }
  const byUrl = remote.safeParse(value);
  if (!byUrl.success) {
    throw RpcError.invalidParams(`config.mcp_servers.${name}: needs a command or a url`);
  }
  const { url, http_headers: headers, enabled } = byUrl.data;
  return enabled ? [{ name, url, headers }] : [];
}
