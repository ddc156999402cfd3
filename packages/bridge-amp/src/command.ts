import type { Environment, McpServer, ModelInfo } from "@fairlead/bridge-core";
import { fileURLToPath } from "node:url";
import { join } from "node:path";

/** How long Amp waits for its plugins before it works on a prompt, in seconds. */
const pluginSeconds = 30;

/** Everything one process of Amp's is started with. */
export interface Launch {
  readonly executable: string;
  readonly cwd: string;
  /** The thread to go on with; null for a new one. */
  readonly thread: string | null;
  /** Null: Amp's own default. */
  readonly mode: string | null;
  readonly mcpServers: readonly McpServer[];
}

/** The program to run: `FAIRLEAD_AMP`, by default `amp` of the PATH. */
export function executableIn(environment: Environment): string {
  return environment["FAIRLEAD_AMP"] || "amp";
}

/** Our program and our plugin for Amp; in the package beside the code, built or not. */
export const folderProgram: string = besides("folder.sh");
/** Makes Amp ask. */
export const plugin: string = besides("fairlead.ts");

function besides(name: string): string {
  return fileURLToPath(new URL(`../plugin/${name}`, import.meta.url));
}

/** Files in the private folder of a process. */
export function filesIn(
  folder: string,
): Readonly<Record<"settings" | "mcp" | "permission", string>> {
  const own = join(folder, "amp", "fairlead");
  return {
    settings: join(folder, "amp", "settings.json"),
    mcp: join(own, "mcp.json"),
    permission: join(own, "permission"),
  };
}

/** The arguments, none secret; `folder`: the private one. Amp works here, where our plugin is. */
export function argumentsOf({ thread, mode }: Launch, folder: string): readonly string[] {
  const files = filesIn(folder);
  return [
    ...(thread === null ? ["--executor", "local"] : ["threads", "continue", thread]),
    ...["--execute", "--stream-json", "--stream-json-thinking", "--stream-json-input"],
    "--no-archive-after-execute",
    ...(mode === null ? [] : ["--mode", currentName(mode)]),
    ...["--settings-file", files.settings, "--mcp-config", files.mcp],
    ...["--plugin-ready-timeout", String(pluginSeconds)],
    ...["--no-ide", "--no-notifications", "--no-color"],
  ];
}

/** MCP servers as Amp's settings have them. */
export function mcpConfig(servers: readonly McpServer[]): string {
  const entries = servers.map(({ name, ...server }) => [name, server] as const);
  return JSON.stringify(Object.fromEntries(entries));
}

const modes = {
  low: "fast and cheap",
  medium: "for everyday work",
  high: "for hard tasks",
  ultra: "all there is",
};
/** Names that modes once had. */
const formerNames: Readonly<Record<string, string>> = {
  rush: "low",
  smart: "medium",
  deep: "medium",
};

/** What is offered as models: a mode of Amp's chooses model, effort, prompt and tools. */
export const models: readonly ModelInfo[] = Object.entries(modes).map(([id, what]) => ({
  id,
  label: `${id}: ${what}`,
  efforts: [],
  defaultEffort: null,
  default: id === "medium",
}));

/** The name of a mode today; one of a plugin's stays as it is. */
function currentName(mode: string): string {
  return formerNames[mode] ?? mode;
}
