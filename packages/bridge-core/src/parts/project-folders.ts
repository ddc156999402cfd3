import { dirname, isAbsolute, join, resolve } from "node:path";
import type { BridgeHost } from "../adapter.ts";
import { BridgeError } from "../errors.ts";
import { printedBy, readWhole } from "./files.ts";

/** The folders that count for an agent started in one of them. */
export interface ProjectFolders {
  /** Whence it may load settings: it, those above it below `top`, a worktree's main folder. */
  readonly loaded: readonly string[];
  /** Whose trust holds for it: its repository's, or without a repository all above it and `top`. */
  readonly trusted: readonly string[];
}

/**
 * Looks from `folder` upwards; `top`, such as the user's home, is where to stop. A path with links
 * is looked at twice, as given and as agents see it.
 */
export async function projectFolders(
  host: BridgeHost,
  folder: string,
  top: string,
): Promise<readonly ProjectFolders[]> {
  const paths = new Set([folder, await realFolder(host, folder)]);
  return Promise.all([...paths].map((path) => foldersAbove(host.files, path, top)));
}

async function foldersAbove(
  files: BridgeHost["files"],
  folder: string,
  top: string,
): Promise<ProjectFolders> {
  const loaded: string[] = [];
  let main: Worktree | null = null;
  let repository: readonly string[] | null = null;
  let at = folder;
  for (; at !== top; at = dirname(at)) {
    loaded.push(at);
    if (repository === null && (await exists(files, join(at, ".git")))) {
      main = await worktreeIn(files, at);
      repository = main?.known === true ? [...loaded, main.of] : [...loaded];
    }
    if (at === dirname(at)) break;
  }
  return {
    loaded: main === null ? loaded : [...loaded, main.of],
    trusted: repository ?? (at === top ? [...loaded, top] : loaded),
  };
}

/** The folder without links in its path; as given where the system does not tell. */
async function realFolder(host: BridgeHost, folder: string): Promise<string> {
  const spec = { file: "pwd", args: ["-P"], cwd: folder };
  return printedBy(host, spec, new AbortController().signal).then(
    (printed) => (isAbsolute(printed) ? printed : folder),
    () => folder,
  );
}

/** Whether a folder is the one that an agent, which sees the path without links, knows by a name. */
export async function isSameFolder(
  host: BridgeHost,
  folder: string,
  known: string,
): Promise<boolean> {
  return folder === known || (await realFolder(host, folder)) === known;
}

/** False when there is surely nothing of this name: what cannot be looked at may still be there. */
export async function exists(files: BridgeHost["files"], path: string): Promise<boolean> {
  const listed = await files.list(path).then(() => true, isThere);
  return listed || readWhole(files, path, 0).then(() => true, isThere);
}

function isThere(error: unknown): boolean {
  return !BridgeError.is(error) || error.kind !== "not-found";
}

interface Worktree {
  /** The main folder. */
  readonly of: string;
  /** Whether the main repository knows the worktree: any folder can claim to be one. */
  readonly known: boolean;
}

/** What a `.git` that is a file says; null for one that is a folder, or a submodule's. */
async function worktreeIn(files: BridgeHost["files"], root: string): Promise<Worktree | null> {
  const link = join(root, ".git");
  const [, named] = /^gitdir: (.+?)\s*$/.exec(await wordsIn(files, link)) ?? [];
  if (named === undefined || !/[\\/]worktrees[\\/][^\\/]+$/.test(named)) return null;
  const record = resolve(root, named);
  const back = (await wordsIn(files, join(record, "gitdir"))).trim();
  return { of: resolve(record, "../../.."), known: resolve(record, back) === link };
}

async function wordsIn(files: BridgeHost["files"], path: string): Promise<string> {
  return readWhole(files, path, 64 * 1024).then(String, () => "");
}
