import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** What the suite on the demo bridge is made of; all of it may be patched. */
const copied: readonly string[] = [
  "tsconfig.base.json",
  ...["bridge-core", "bridge-demo", "conformance"].flatMap((name) =>
    ["package.json", "tsconfig.json", "node_modules", "src"].map(
      (part) => `packages/${name}/${part}`,
    ),
  ),
  "packages/bridge-demo/test/conformance",
  "packages/conformance/scripts",
  "packages/conformance/transcripts",
];

/** What never changes. */
const linked: readonly string[] = ["node_modules", "packages/codex-proto"];

/** A copy of the packages outside of the checkout, for one mutant at a time. */
export class MutantTree {
  readonly folder: string;
  /** Files as they were before the patch. */
  readonly #before = new Map<string, string>();

  /** Copies another tree or the checkout to a folder that does not exist yet. */
  constructor(source: string, folder: string) {
    this.folder = folder;
    for (const path of [...copied, ...linked]) mkdirSync(dirname(join(folder, path)), recursive);
    // Links inside stay as they are: they lead to the packages next to them.
    for (const path of copied) cpSync(join(source, path), join(folder, path), verbatim);
    for (const path of linked) symlinkSync(join(source, path), join(folder, path));
  }

  /** Applies a patch. Returns what the changed files say now; throws when it does not apply. */
  apply(patch: string): ReadonlyMap<string, string> {
    const paths = this.#git("apply", "--numstat", patch)
      .split("\n")
      .flatMap((line) => line.split("\t").slice(2));
    for (const path of paths) this.#before.set(path, this.#read(path));
    this.#git("apply", patch);
    return new Map(paths.map((path) => [path, this.#read(path)]));
  }

  /** Takes the patch back. */
  restore(): void {
    for (const [path, text] of this.#before) writeFileSync(join(this.folder, path), text);
    this.#before.clear();
  }

  #read(path: string): string {
    return readFileSync(join(this.folder, path), "utf8");
  }

  #git(...args: readonly string[]): string {
    // Where the folder of temporary files lies in a repository, it is none of git's business.
    const env = { ...process.env, GIT_CEILING_DIRECTORIES: dirname(this.folder) };
    return execFileSync("git", args, { cwd: this.folder, env, encoding: "utf8", stdio: "pipe" });
  }
}

const recursive = { recursive: true } as const;
const verbatim = { recursive: true, verbatimSymlinks: true } as const;
