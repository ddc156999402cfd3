import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type GitPlace, gitOutput } from "../git/git-command.ts";

/** Most paths that are listed below one root. */
const maxPaths = 100_000;

/** A path below the searched root, with `/` between its parts. */
export interface ListedPath {
  readonly path: string;
  readonly kind: "file" | "directory";
}

/**
 * The files below `place.cwd` and the folders that hold them, at most 100,000 files: in a git
 * repository what git does not ignore, elsewhere everything but hidden entries and `node_modules`.
 * Links are listed, never followed. Empty when the folder cannot be read; never rejects.
 */
export async function listFiles(place: GitPlace): Promise<ListedPath[]> {
  const files = (await filesOfRepository(place)) ?? (await walk(place));
  const folders = new Set<string>();
  for (const file of files) {
    // A folder that is known has known parents.
    for (
      let folder = dirname(file);
      folder !== "." && !folders.has(folder);
      folder = dirname(folder)
    ) {
      folders.add(folder);
    }
  }
  return [
    ...Array.from(folders, (path) => ({ path, kind: "directory" }) as const),
    ...files.map((path) => ({ path, kind: "file" }) as const),
  ];
}

async function filesOfRepository(place: GitPlace): Promise<string[] | null> {
  const kinds = ["--cached", "--others", "--deleted"];
  const tagged = await gitOutput(place, ["ls-files", "-t", "-z", "--exclude-standard", ...kinds]);
  if (tagged === null) return null;
  const found = new Set<string>();
  const deleted = new Set<string>();
  for (const entry of tagged.split("\0")) {
    const path = entry.slice(2);
    // A folder here is another repository inside this one.
    if (path === "" || path.endsWith("/")) continue;
    (entry.startsWith("R ") ? deleted : found).add(path);
  }
  return [...found].filter((path) => !deleted.has(path)).slice(0, maxPaths);
}

async function walk({ cwd, signal }: GitPlace): Promise<string[]> {
  const files: string[] = [];
  const pending = [""];
  // The list grows while it is walked: the nearest folders come first.
  for (const folder of pending) {
    if (signal.aborted || files.length >= maxPaths) break;
    const entries = await readdir(join(cwd, folder), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) pending.push(path);
      else files.push(path);
    }
  }
  return files.slice(0, maxPaths);
}
