import type { McpServer } from "@fairlead/bridge-core";
import { fieldsOf, textOf, type HttpClient } from "@fairlead/bridge-core/parts";
import type { JsonValue } from "@fairlead/codex-proto";

/** The user's names of a thread's MCP servers, by those they have in OpenCode. */
export function namesIn(tag: string, servers: readonly McpServer[]): ReadonlyMap<string, string> {
  return new Map(servers.map(({ name }) => [`${tag}${name}`, name]));
}

/**
 * Adds the MCP servers of a thread, and tells of those that do not work. OpenCode has them for a whole
 * folder: the rules of every session of ours forbid those whose names begin with another tag.
 */
export async function addServers(
  client: HttpClient,
  tag: string,
  servers: readonly McpServer[],
  notice: (sentence: string) => void,
): Promise<void> {
  for (const server of servers) {
    const name = `${tag}${server.name}`;
    const body = { name, config: configOf(server) };
    const all = await client.ask("/mcp", { method: "POST", body, timeoutMs: 60_000 });
    const { status, error } = fieldsOf(all[name]);
    if (!/^(failed|needs_)/.test(textOf(status))) continue;
    const why = status === "failed" ? textOf(error) : "it wants a login";
    notice(`The MCP server ${server.name} cannot be used: ${why}`);
  }
}

/** Takes them away again, as far as OpenCode can. */
export async function removeServers(client: HttpClient, names: Iterable<string>): Promise<void> {
  const paths = Array.from(names, (name) => `/mcp/${encodeURIComponent(name)}/disconnect`);
  await Promise.all(paths.map((path) => client.post(path)));
}

function configOf(server: McpServer): JsonValue {
  if ("url" in server) {
    return { type: "remote", url: server.url, headers: { ...server.headers }, enabled: true };
  }
  const { command, args, env } = server;
  return { type: "local", command: [command, ...args], environment: { ...env }, enabled: true };
}
