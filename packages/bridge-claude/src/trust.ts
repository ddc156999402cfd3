import type { BridgeHost, ThreadOp } from "@fairlead/bridge-core";
import { choice, exists, fieldsOf, projectFolders, readJson } from "@fairlead/bridge-core/parts";
import { join } from "node:path";

/** The `id` of the question about the folder, and the key of its item. */
export const trustAskId = "fairlead:trust";
/** The answer that trusts it. */
export const trustYes = "Yes, trust this folder";

/**
 * True when Claude may load the project's own settings: its trust dialog was accepted, or there is
 * nothing to load. `claude -p` shows no such dialog and would load them unasked.
 */
export async function isTrusted(host: BridgeHost, cwd: string): Promise<boolean> {
  const { HOME: home = "", CLAUDE_CONFIG_DIR: config } = await host.environment(cwd);
  const { projects } = fieldsOf(await readJson(host.files, join(config || home, ".claude.json")));
  const accepted = fieldsOf(projects);
  for (const { loaded, trusted } of await projectFolders(host, cwd, home)) {
    if (trusted.some((at) => fieldsOf(accepted[at])["hasTrustDialogAccepted"] === true)) continue;
    // Agents, commands, skills and plugins have hooks and servers of their own.
    const paths = loaded.flatMap((at) => [join(at, ".claude"), join(at, ".mcp.json")]);
    const found = await Promise.all(paths.map((path) => exists(host.files, path)));
    if (found.includes(true)) return false;
  }
  return true;
}

/** Asks the user about the folder, inside the turn that waits for it. */
export function trustAsk(folder: string): ThreadOp[] {
  const words = `${folder} has settings of its own for Claude, which may run programs. Trust it?`;
  const question = choice("trust", "Trust", words, [
    { label: trustYes, description: "Load the folder's settings, hooks and MCP servers." },
    { label: "No", description: "Go on without them." },
  ]);
  const key = trustAskId;
  return [
    { op: "open", key, item: { type: "tool", tool: "TrustFolder", arguments: { folder } } },
    { op: "ask", id: key, ask: { kind: "questions", key, questions: [question] } },
  ];
}
