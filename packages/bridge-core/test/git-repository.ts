import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { GitPlace } from "../src/git/git-command.ts";
import { groups } from "./support/unwatched-groups.ts";

/** A repository in a temporary folder, removed on dispose. */
export class TestRepository implements Disposable {
  /** Holds the repository and room beside it. */
  readonly parent: string = realpathSync(mkdtempSync(join(tmpdir(), "fairlead-repo-")));
  readonly root: string = join(this.parent, "repo");
  readonly env: Readonly<Record<string, string>> = {
    PATH: process.env["PATH"] ?? "/usr/bin:/bin",
    HOME: this.parent,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_AUTHOR_NAME: "Someone",
    GIT_AUTHOR_EMAIL: "someone@example.org",
    GIT_COMMITTER_NAME: "Someone",
    GIT_COMMITTER_EMAIL: "someone@example.org",
  };

  constructor() {
    mkdirSync(this.root);
    this.git("init", "--quiet", "--initial-branch=main");
  }

  /** Where the code under test runs git. */
  get place(): GitPlace {
    return { cwd: this.root, env: this.env, signal: new AbortController().signal, groups };
  }

  git(...args: string[]): string {
    return execFileSync("git", args, { cwd: this.root, env: this.env, encoding: "utf8" });
  }

  write(path: string, content: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), content);
  }

  remove(path: string): void {
    rmSync(join(this.root, path), { recursive: true });
  }

  commit(message = "work"): void {
    this.git("add", "--all");
    this.git("commit", "--quiet", "--message", message);
  }

  [Symbol.dispose](): void {
    rmSync(this.parent, { recursive: true, force: true });
  }
}
