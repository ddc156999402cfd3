import { chmodSync, existsSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect, test } from "vitest";
import { gitInfo } from "../src/git/git-info.ts";
import { gitMethods } from "../src/git/git-methods.ts";
import { TestRepository } from "./git-repository.ts";
import { groups } from "./support/unwatched-groups.ts";
import { TestClient } from "./test-client.ts";

test("tells commit, branch and origin without the credentials", async () => {
  using repository = new TestRepository();
  repository.git("remote", "add", "origin", "https://someone:secret@example.org/a.git");
  expect(await gitInfo(repository.place)).toEqual({
    sha: null,
    branch: "main",
    originUrl: "https://example.org/a.git",
  });
  repository.write("dir/a", "a");
  repository.commit();
  const sha = repository.git("rev-parse", "HEAD").trim();
  repository.git("checkout", "--quiet", "--detach");
  const inside = { ...repository.place, cwd: join(repository.root, "dir") };
  expect(await gitInfo(inside)).toMatchObject({ sha, branch: null });
});

test("knows nothing outside a repository, in a missing folder and without git", async () => {
  using repository = new TestRepository();
  const { place, parent } = repository;
  expect(await gitInfo({ ...place, cwd: parent })).toBeNull();
  expect(await gitInfo({ ...place, cwd: join(parent, "nope") })).toBeNull();
  expect(await gitInfo({ ...place, env: { PATH: parent } })).toBeNull();
});

test("starts no git where no repository can be", async () => {
  using repository = new TestRepository();
  const { parent, env } = repository;
  const traces = join(parent, "traces");
  repository.write("bin/git", `#!/bin/sh\necho "$PWD" >> "${traces}"\nexec "$REAL_GIT" "$@"\n`);
  chmodSync(join(repository.root, "bin/git"), 0o755);
  const where = env["PATH"]?.split(delimiter).find((folder) => existsSync(join(folder, "git")));
  const traced = {
    ...repository.place,
    env: { ...env, PATH: join(repository.root, "bin"), REAL_GIT: join(where ?? "", "git") },
  };
  // Sandboxes leave such folders behind.
  mkdirSync(join(parent, "empty", ".git"), { recursive: true });
  expect(await gitInfo({ ...traced, cwd: join(parent, "empty") })).toBeNull();
  expect(existsSync(traces)).toBe(false);

  repository.write("a", "a");
  repository.commit();
  repository.git("worktree", "add", "--quiet", "-b", "beside", join(parent, "beside"));
  expect(await gitInfo({ ...traced, cwd: join(parent, "beside") })).toMatchObject({
    branch: "beside",
  });
  expect(existsSync(traces)).toBe(true);
});

test("is not led elsewhere by variables of a surrounding git", async () => {
  using repository = new TestRepository();
  using other = new TestRepository();
  other.git("checkout", "--quiet", "-b", "elsewhere");
  const env = { ...repository.env, GIT_DIR: join(other.root, ".git") };
  expect(await gitInfo({ ...repository.place, env })).toMatchObject({ branch: "main" });
});

test("diffs the worktree with what the remote has", async () => {
  using repository = new TestRepository();
  repository.write("a", "a\n");
  repository.commit();
  repository.git("clone", "--quiet", repository.root, join(repository.parent, "up"));
  repository.git("remote", "add", "origin", join(repository.parent, "up"));
  repository.git("fetch", "--quiet", "origin");
  repository.git("branch", "--quiet", "--set-upstream-to=origin/main");
  const sha = repository.git("rev-parse", "HEAD").trim();
  repository.write("a", "a\ncommitted\n");
  repository.commit();
  repository.write("a", "a\ncommitted\nnot committed\n");
  repository.write("new", "untracked\n");

  const methods = gitMethods({ environment: () => Promise.resolve(repository.env), groups });
  const client = new TestClient(methods);
  const result = await client.request("gitDiffToRemote", { cwd: repository.root });
  expect(result.sha).toBe(sha);
  for (const line of ["+committed", "+not committed", "+++ b/new", "+untracked"]) {
    expect(result.diff).toContain(`\n${line}\n`);
  }
});

test("refuses a diff to a remote where there is none", async () => {
  using repository = new TestRepository();
  const methods = gitMethods({ environment: () => Promise.resolve(repository.env), groups });
  const client = new TestClient(methods);
  for (const cwd of [repository.root, tmpdir(), "/no/such/folder"]) {
    await expect(client.request("gitDiffToRemote", { cwd })).rejects.toMatchObject({
      code: -32600,
      message: `failed to compute git diff to remote for cwd: "${cwd}"`,
    });
  }
});
