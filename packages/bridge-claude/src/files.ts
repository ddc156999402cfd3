import type { BridgeHost } from "@fairlead/bridge-core";
import { dirname, join } from "node:path";

/** Reading of files through the host. */
export type Files = BridgeHost["files"];
/** The launch environment of a folder. */
export type Environment = Readonly<Record<string, string>>;

/** Where Claude keeps its sessions and settings. */
export function configFolder(environment: Environment): string {
  return environment["CLAUDE_CONFIG_DIR"] || join(environment["HOME"] ?? "", ".claude");
}

/** The folder and all above it, nearest first. */
export function withAncestors(folder: string): readonly string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...withAncestors(above)];
}

/** All of a file, or null when it is longer than `maxBytes`. Rejects when it cannot be read. */
export async function readWhole(
  files: Files,
  path: string,
  maxBytes = Number.POSITIVE_INFINITY,
): Promise<Buffer | null> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of files.read(path, { signal: new AbortController().signal })) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The JSON value in a file; null when there is no such file or it holds none. */
export async function readJson(files: Files, path: string): Promise<unknown> {
  try {
    const value: unknown = JSON.parse(String(await readWhole(files, path)));
    return value;
  } catch {
    return null;
  }
}
