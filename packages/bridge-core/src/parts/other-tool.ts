import type { ItemDraft } from "../ops.ts";
import type { JsonFields } from "./fields.ts";

/**
 * The item of a call to a tool that has no other. One of an MCP server is called
 * `mcp__SERVER__TOOL` or `SERVER___TOOL`, or, for agents whose servers are given (the user's names, by
 * the agent's), `SERVER_TOOL`.
 */
export function otherTool(
  name: string,
  input: JsonFields,
  servers?: ReadonlyMap<string, string>,
): ItemDraft {
  const [server, tool] = servers === undefined ? spelled(name) : known(name, servers);
  return server === undefined || tool === undefined
    ? { type: "tool", tool: name, arguments: input }
    : { type: "mcpTool", server, tool, arguments: input };
}

function spelled(name: string): readonly (string | undefined)[] {
  const found = /^mcp__(.+?)__(.+)$/.exec(name) ?? /^(.+?)___(.+)$/.exec(name);
  return found?.slice(1) ?? [];
}

function known(name: string, servers: ReadonlyMap<string, string>): readonly string[] {
  // The longest one wins: one server's name may be the start of another's.
  const [found] = [...servers]
    .filter(([server]) => name.startsWith(`${server.replaceAll(/[^\w-]/g, "_")}_`))
    .toSorted(([one], [other]) => other.length - one.length);
  return found === undefined ? [] : [found[1], name.slice(found[0].length + 1)];
}
