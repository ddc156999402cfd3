import type { McpServer } from "@fairlead/bridge-core";
import { fieldsOf, textOf, type HttpClient } from "@fairlead/bridge-core/parts";
import type { JsonValue } from "@fairlead/codex-proto";

/** What became of a thread's MCP servers. */
export interface AddedServers {
  /** Their names in OpenCode, and the user's. */
  readonly names: ReadonlyMap<string, string>;
  /** Sentences about those that do not work. */
  readonly notices: readonly string[];
}

/**
 * Adds the MCP servers of a thread. OpenCode has them for a whole folder, so their names begin with
 * the thread's tag, and the rules of every session of ours forbid the ones of other threads.
 */
export async function addServers(
  client: HttpClient,
  tag: string,
  servers: readonly McpServer[],
): Promise<AddedServers> {
  const names = new Map<string, string>();
  const notices: string[] = [];
  for (const server of servers) {
    const name = `${tag}${server.name}`;
    names.set(name, server.name);
    const body = { name, config: configOf(server) };
    const all = await client.ask("/mcp", { method: "POST", body, timeoutMs: 60_000 });
    const { status, error } = fieldsOf(all[name]);
    const login = status === "needs_auth" || status === "needs_client_registration";
    if (login) notices.push(`The MCP server ${server.name} wants a login: it is left out.`);
    if (status === "failed") {
      notices.push(`The MCP server ${server.name} cannot be used: ${textOf(error)}`);
    }
  }
  return { names, notices };
}

/** Takes them away again, as far as OpenCode can. */
export async function removeServers(
  client: HttpClient,
  names: ReadonlyMap<string, string>,
): Promise<void> {
  const paths = [...names.keys()].map((name) => `/mcp/${encodeURIComponent(name)}/disconnect`);
  await Promise.all(paths.map((path) => client.post(path)));
}

function configOf(server: McpServer): JsonValue {
  if ("url" in server) {
    const { url, headers } = server;
    return { type: "remote", url, headers: { ...headers }, enabled: true };
  }
  const { command, args, env } = server;
  return { type: "local", command: [command, ...args], environment: { ...env }, enabled: true };
}
