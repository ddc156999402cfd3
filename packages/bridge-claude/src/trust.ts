import type { BridgeHost, ThreadOp } from "@fairlead/bridge-core";
import { choice, fieldsOf, isReadable, readJson } from "@fairlead/bridge-core/parts";
import { dirname, join } from "node:path";

/** The `id` of the question about the folder, and the key of its item. */
export const trustAskId = "fairlead:trust";
/** The answer that trusts it. */
export const trustYes = "Yes, trust this folder";

/** What runs or widens something as soon as Claude starts in a folder that has it. */
const loaded = [".mcp.json", ".claude/settings.json", ".claude/settings.local.json"];

/**
 * True when Claude may load the folder's own settings: the user has accepted its trust dialog for it, or there is
 * nothing to load. `claude -p` shows no such dialog and would load them unasked.
 */
export async function isTrusted(host: BridgeHost, cwd: string): Promise<boolean> {
  const { HOME: home = "", CLAUDE_CONFIG_DIR: config } = await host.environment(cwd);
  const { projects } = fieldsOf(await readJson(host.files, join(config || home, ".claude.json")));
  const accepted = fieldsOf(projects);
  let found = false;
  for (let at = cwd; ; at = dirname(at)) {
    if (fieldsOf(accepted[at])["hasTrustDialogAccepted"] === true) return true;
    // The home folder's settings are the user's own.
    if (at === home || at === dirname(at)) return !found;
    const here = await Promise.all(loaded.map((name) => isReadable(host.files, join(at, name))));
    found ||= here.includes(true);
  }
}

/** Asks the user about the folder, inside the turn that waits for it. */
export function trustAsk(folder: string): ThreadOp[] {
  const words = `${folder} has settings of its own for Claude: they may run hooks and start MCP servers. Trust it?`;
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
