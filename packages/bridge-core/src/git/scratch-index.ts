import { copyFile, lstat, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasErrorCode } from "../files/os-error.ts";
import { type GitOptions, type GitPlace, gitOutput, runGit } from "./git-command.ts";

/** Larger untracked files are left out. */
const maxUntrackedBytes = 1024 * 1024;
/** A folder with more untracked files than this was most likely not meant to be one repository. */
const maxUntrackedFiles = 10_000;
/** More than this is too much to show. */
const maxDiffBytes = 4 * 1024 * 1024;

/**
 * A private index and object store beside a repository: they record the state of its worktree
 * without writing anything into the repository, the user's index or the worktree. Owned by whoever
 * opened it; dispose removes it.
 */
export class ScratchIndex implements AsyncDisposable {
  readonly #folder: string;
  readonly #root: string;
  readonly #options: GitOptions;

  private constructor(folder: string, root: string, options: GitOptions) {
    this.#folder = folder;
    this.#root = root;
    this.#options = options;
  }

  /**
   * Null when the folder is in no worktree, or git cannot say in time. Rejects when no scratch
   * folder can be made.
   */
  static async open(place: GitPlace): Promise<ScratchIndex | null> {
    const paths = await gitOutput(place, [
      "rev-parse",
      "--path-format=absolute",
      "--show-toplevel",
      "--git-path",
      "objects",
      "--git-path",
      "index",
    ]);
    const [root, objects, index] = paths?.split("\n") ?? [];
    if (root === undefined || objects === undefined || index === undefined) return null;
    const drivers = await contentFilters(place);
    if (drivers === null) return null;

    const folder = await mkdtemp(join(tmpdir(), "fairlead-git-"));
    await mkdir(join(folder, "objects"));
    try {
      await copyFile(index, join(folder, "index"));
    } catch (error) {
      // A repository without a first `git add` has no index yet.
      if (!hasErrorCode(error, "ENOENT")) {
        await rm(folder, { recursive: true });
        throw error;
      }
    }
    return new ScratchIndex(folder, root, {
      // An empty filter is no filter: the repository's own would be started for each file.
      settings: drivers.flatMap((driver): GitOptions["settings"] & {} => [
        [`${driver}.clean`, ""],
        [`${driver}.process`, ""],
        [`${driver}.required`, "false"],
      ]),
      variables: {
        GIT_INDEX_FILE: join(folder, "index"),
        GIT_OBJECT_DIRECTORY: join(folder, "objects"),
        // Quoted, because a bare colon would separate two folders.
        GIT_ALTERNATE_OBJECT_DIRECTORIES: JSON.stringify(objects),
      },
    });
  }

  /**
   * Records the worktree with its untracked files; resolves with the id of its tree, null when
   * that fails.
   */
  async record(place: GitPlace): Promise<string | null> {
    const here = { ...place, cwd: this.#root };
    // Left behind when an earlier run was cut off; nobody else uses this index.
    await rm(join(this.#folder, "index.lock"), { force: true });
    const [changed, untracked] = await Promise.all([
      gitOutput(
        here,
        ["diff-files", "--name-only", "-z", "--ignore-submodules=all", "--no-ext-diff"],
        this.#options,
      ),
      gitOutput(here, ["ls-files", "-z", "--others", "--exclude-standard"], this.#options),
    ]);
    if (changed === null || untracked === null) return null;
    const added = await this.#smallFiles(entriesOf(untracked));
    const input = [...entriesOf(changed), ...added].map((path) => `${path}\0`).join("");
    const updated = await gitOutput(
      here,
      ["update-index", "-z", "--add", "--remove", "--replace", "--stdin"],
      { ...this.#options, input: Buffer.from(input) },
    );
    if (updated === null) return null;
    const tree = await gitOutput(here, ["write-tree", "--missing-ok"], this.#options);
    return tree?.trim() ?? null;
  }

  /** Unified git diff between two trees or commits; null when it fails or is larger than 4 MiB. */
  async diff(place: GitPlace, from: string, to: string): Promise<string | null> {
    const shape = ["-p", "-r", "-M", "--full-index", "--no-color", "--submodule=short"];
    const safety = ["--no-ext-diff", "--no-textconv"];
    return gitOutput(
      { ...place, cwd: this.#root },
      ["diff-tree", ...shape, ...safety, from, to, "--"],
      { ...this.#options, maxBytes: maxDiffBytes },
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #smallFiles(paths: readonly string[]): Promise<string[]> {
    const small = await Promise.all(
      paths.slice(0, maxUntrackedFiles).map(async (path) => {
        // Git shows a repository inside this one as a folder; its files are its own affair.
        if (path.endsWith("/")) return [];
        const found = await lstat(join(this.#root, path)).catch(() => null);
        const isKept = found !== null && (found.isFile() || found.isSymbolicLink());
        return isKept && found.size <= maxUntrackedBytes ? [path] : [];
      }),
    );
    return small.flat();
  }
}

/** `filter.<name>` of every filter driver that is configured; null when git cannot say. */
async function contentFilters(place: GitPlace): Promise<string[] | null> {
  const pattern = "^filter\\..*\\.(clean|process)$";
  const found = await runGit(place, ["config", "-z", "--name-only", "--get-regexp", pattern]);
  // 1 means none is configured.
  if (found === null || found.exitCode > 1) return null;
  const drivers = entriesOf(found.stdout).map((key) => key.slice(0, key.lastIndexOf(".")));
  return [...new Set(drivers)];
}

function entriesOf(zeroSeparated: string): string[] {
  return zeroSeparated.split("\0").filter((entry) => entry !== "");
}
