import type { BridgeHost } from "@fairlead/bridge-core";
import { dirname, join } from "node:path";

/** The launch environment of a folder. */
export type Environment = Readonly<Record<string, string>>;

/** Where Claude keeps its sessions and settings. */
export function configFolder(environment: Environment): string {
  return environment["CLAUDE_CONFIG_DIR"] || join(environment["HOME"] ?? "", ".claude");
}

/** Claude's own state file, which remembers the folders the user trusts. */
export function stateFile(environment: Environment): string {
  const folder = environment["CLAUDE_CONFIG_DIR"] || environment["HOME"] || "";
  return join(folder, ".claude.json");
}

/** The folder and all above it, nearest first. */
export function withAncestors(folder: string): readonly string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...withAncestors(above)];
}

/** The JSON value in a file; undefined when there is no such file or it holds none. */
export async function readJson(
  files: BridgeHost["files"],
  path: string,
  signal: AbortSignal,
): Promise<unknown> {
  try {
    const chunks: Uint8Array[] = [];
    for await (const chunk of files.read(path, { signal })) chunks.push(chunk);
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString("utf8"));
    return value;
  } catch {
    return undefined;
  }
}
