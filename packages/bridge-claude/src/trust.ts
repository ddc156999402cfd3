import type { AskAnswer, BridgeHost, ThreadOp } from "@fairlead/bridge-core";
import { join } from "node:path";
import { readJson, stateFile, withAncestors, type Environment } from "./files.ts";
import { fieldsOf } from "./native.ts";

/** The `id` of the question about the folder, and the key of its item. */
export const trustAskId = "fairlead:trust";

const trustLabel = "Yes, trust this folder";
/** What a folder may bring that runs or widens something as soon as Claude starts there. */
const loaded = [".mcp.json", ".claude/settings.json", ".claude/settings.local.json"];

/**
 * True when Claude may load the folder's own settings: the user has accepted its trust dialog for it, or there is
 * nothing to load. `claude -p` shows no such dialog and would load them unasked.
 */
export async function isTrusted(
  host: BridgeHost,
  environment: Environment,
  cwd: string,
  signal: AbortSignal,
): Promise<boolean> {
  const state = await readJson(host.files, stateFile(environment), signal);
  const projects = fieldsOf(fieldsOf(state)["projects"]);
  const folders = withAncestors(cwd);
  if (folders.some((folder) => fieldsOf(projects[folder])["hasTrustDialogAccepted"] === true)) {
    return true;
  }
  // The home folder's settings are the user's own.
  const home = folders.indexOf(environment["HOME"] ?? "");
  const foreign = home === -1 ? folders : folders.slice(0, home);
  const paths = foreign.flatMap((folder) => loaded.map((name) => join(folder, name)));
  const found = await Promise.all(paths.map((path) => exists(host, path, signal)));
  return !found.includes(true);
}

async function exists(host: BridgeHost, path: string, signal: AbortSignal): Promise<boolean> {
  try {
    for await (const _chunk of host.files.read(path, { signal })) break;
    return true;
  } catch {
    return false;
  }
}

/** Asks the user about the folder, inside the turn that waits for it. */
export function trustAsk(folder: string): ThreadOp[] {
  const item = { type: "tool", tool: "TrustFolder", arguments: { folder } } as const;
  const question = {
    id: "trust",
    header: "Trust",
    question:
      `${folder} has settings of its own for Claude: they may run hooks and start MCP servers. ` +
      "Do you trust this folder?",
    options: [
      { label: trustLabel, description: "Load the folder's settings, hooks and MCP servers." },
      { label: "No", description: "Go on without them." },
    ],
    multiple: false,
    freeText: false,
    secret: false,
  };
  return [
    { op: "open", key: trustAskId, item },
    {
      op: "ask",
      id: trustAskId,
      ask: { kind: "questions", key: trustAskId, questions: [question] },
    },
  ];
}

/** What the user said about the folder; null when they gave up the turn. */
export function isTrustGiven(answer: AskAnswer): boolean | null {
  if (answer.type === "cancel") return null;
  return answer.type === "answers" && answer.answers["trust"]?.[0] === trustLabel;
}
