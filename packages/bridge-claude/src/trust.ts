import type { AskAnswer, Question, ThreadOp } from "@fairlead/bridge-core";
import { join } from "node:path";
import { readJson, readWhole, withAncestors, type Environment, type Files } from "./files.ts";
import { fieldsOf } from "./native.ts";

/** The `id` of the question about the folder, and the key of its item. */
export const trustAskId = "fairlead:trust";

const yes = "Yes, trust this folder";
/** What runs or widens something as soon as Claude starts in a folder that has it. */
const loaded = [".mcp.json", ".claude/settings.json", ".claude/settings.local.json"];

/**
 * True when Claude may load the folder's own settings: the user has accepted its trust dialog for it, or there is
 * nothing to load. `claude -p` shows no such dialog and would load them unasked.
 */
export async function isTrusted(files: Files, env: Environment, cwd: string): Promise<boolean> {
  const home = env["HOME"] ?? "";
  const state = await readJson(files, join(env["CLAUDE_CONFIG_DIR"] || home, ".claude.json"));
  const projects = fieldsOf(fieldsOf(state)["projects"]);
  const folders = withAncestors(cwd);
  if (folders.some((folder) => fieldsOf(projects[folder])["hasTrustDialogAccepted"] === true)) {
    return true;
  }
  // The home folder's settings are the user's own.
  const foreign = folders.includes(home) ? folders.slice(0, folders.indexOf(home)) : folders;
  const found = foreign
    .flatMap((folder) => loaded.map((name) => join(folder, name)))
    .map((path) =>
      readWhole(files, path, 0).then(
        () => true,
        () => false,
      ),
    );
  return !(await Promise.all(found)).includes(true);
}

/** Asks the user about the folder, inside the turn that waits for it. */
export function trustAsk(folder: string): ThreadOp[] {
  const question: Question = {
    id: "trust",
    header: "Trust",
    question:
      `${folder} has settings of its own for Claude: they may run hooks and start MCP servers. ` +
      "Do you trust this folder?",
    options: [
      { label: yes, description: "Load the folder's settings, hooks and MCP servers." },
      { label: "No", description: "Go on without them." },
    ],
    multiple: false,
    freeText: false,
    secret: false,
  };
  const key = trustAskId;
  return [
    { op: "open", key, item: { type: "tool", tool: "TrustFolder", arguments: { folder } } },
    { op: "ask", id: key, ask: { kind: "questions", key, questions: [question] } },
  ];
}

/** What the user said about the folder; null when they gave up the turn. */
export function trustGiven(answer: AskAnswer): boolean | null {
  if (answer.type === "cancel") return null;
  return answer.type === "answers" && answer.answers["trust"]?.[0] === yes;
}
