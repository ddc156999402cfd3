import { chmodSync, existsSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { gitInfo } from "../src/git/git-info.ts";
import { type WorktreeSnapshot, snapshotWorktree } from "../src/git/worktree-snapshot.ts";
import { TestRepository } from "./git-repository.ts";

const never = new AbortController().signal;

async function snapshot(repository: TestRepository): Promise<WorktreeSnapshot> {
  const taken = await snapshotWorktree(repository.place);
  if (taken === null) throw new Error("no snapshot");
  return taken;
}

test("shows what a turn changed and not what was changed before it", async () => {
  using repository = new TestRepository();
  repository.write("kept", "same\n");
  repository.write("edited", "one\n");
  repository.write("deleted", "gone\n");
  repository.write(".gitignore", "ignored\n");
  repository.commit();
  repository.write("edited", "one\ntwo\n");
  repository.write("untracked", "x\n");

  await using before = await snapshot(repository);
  expect(await before.diff(never)).toBe("");
  repository.write("edited", "one\ntwo\nthree\n");
  repository.write("untracked", "y\n");
  repository.write("sub/né", "fresh\n");
  repository.write("ignored", "secret\n");
  repository.remove("deleted");
  const diff = await before.diff(never);
  expect(diff?.replaceAll(/[0-9a-f]{40}/g, "<id>")).toBe(
    [
      "diff --git a/deleted b/deleted",
      "deleted file mode 100644",
      "index <id>..<id>",
      "--- a/deleted",
      "+++ /dev/null",
      "@@ -1 +0,0 @@",
      "-gone",
      "diff --git a/edited b/edited",
      "index <id>..<id> 100644",
      "--- a/edited",
      "+++ b/edited",
      "@@ -1,2 +1,3 @@",
      " one",
      " two",
      "+three",
      "diff --git a/sub/né b/sub/né",
      "new file mode 100644",
      "index <id>..<id>",
      "--- /dev/null",
      "+++ b/sub/né",
      "@@ -0,0 +1 @@",
      "+fresh",
      "diff --git a/untracked b/untracked",
      "index <id>..<id> 100644",
      "--- a/untracked",
      "+++ b/untracked",
      "@@ -1 +1 @@",
      "-x",
      "+y",
      "",
    ].join("\n"),
  );
});

test("follows a turn that goes on, commits and takes things back", async () => {
  using repository = new TestRepository();
  repository.write("a", "1\n");
  repository.commit();
  await using before = await snapshot(repository);
  repository.write("a", "2\n");
  repository.commit();
  const [first, second] = await Promise.all([before.diff(never), before.diff(never)]);
  expect(first).toContain("-1\n+2\n");
  expect(second).toBe(first);
  repository.write("b", "new\n");
  expect(await before.diff(never)).toContain("+new\n");
  repository.remove("b");
  repository.write("a", "1\n");
  expect(await before.diff(never)).toBe("");
});

test("covers the whole repository from a folder inside, and one without commits", async () => {
  using repository = new TestRepository();
  repository.write("dir/x", "");
  const place = { ...repository.place, cwd: join(repository.root, "dir") };
  await using before = await snapshotWorktree(place);
  repository.write("top", "new\n");
  expect(await before?.diff(never)).toContain("diff --git a/top b/top");
});

test("leaves the repository as it is and its own folder removed", async () => {
  using repository = new TestRepository();
  repository.write("a", "1\n");
  repository.commit();
  repository.write("staged", "s\n");
  repository.git("add", "staged");
  const state = (): string =>
    repository.git("status", "--porcelain") + repository.git("count-objects");
  const index = (): string => repository.git("ls-files", "--stage", "--debug");
  const earlier = [state(), index()];
  const before = await snapshot(repository);
  repository.write("b", "much new content\n");
  expect(await before.diff(never)).toContain("+much new content");
  repository.remove("b");
  await before[Symbol.asyncDispose]();
  expect([state(), index()]).toEqual(earlier);
});

test("leaves out large untracked files and refuses a diff that is too large", async () => {
  using repository = new TestRepository();
  repository.write("big", "");
  repository.commit();
  await using before = await snapshot(repository);
  repository.write("large", "x\n".repeat(1024 * 1024));
  expect(await before.diff(never)).toBe("");
  repository.write("big", "x\n".repeat(3 * 1024 * 1024));
  expect(await before.diff(never)).toBeNull();
});

test("is nothing outside a repository and when aborted", async () => {
  using repository = new TestRepository();
  expect(await snapshotWorktree({ ...repository.place, cwd: repository.parent })).toBeNull();
  expect(await snapshotWorktree({ ...repository.place, signal: AbortSignal.abort() })).toBeNull();
  await using before = await snapshot(repository);
  expect(await before.diff(AbortSignal.abort())).toBeNull();
  expect(await before.diff(never)).toBe("");
});

test("executes nothing a hostile repository configures", async () => {
  using repository = new TestRepository();
  const traces = join(repository.parent, "traces");
  const trap = join(repository.parent, "trap");
  writeFileSync(trap, `#!/bin/sh\necho "$0 $*" >> "${traces}"\ncat\n`);
  chmodSync(trap, 0o755);
  repository.write("file", "1\n");
  repository.write("nested/inner", "1\n");
  repository.commit();
  // A repository inside, as a submodule would be.
  const nested = ["-C", "sub"];
  repository.git("init", "--quiet", "sub");
  repository.write("sub/x", "1\n");
  repository.git(...nested, "add", "x");
  repository.git(...nested, "commit", "--quiet", "--message", "x");
  repository.git("add", "sub");
  repository.git("commit", "--quiet", "--message", "sub");

  const settings = ["core.fsmonitor", "core.pager", "core.sshCommand", "core.editor"];
  settings.push("diff.external", "diff.evil.command", "diff.evil.textconv");
  settings.push("filter.a=b.clean", "filter.a=b.smudge", "filter.a=b.process", "filter.c.clean");
  for (const name of settings) {
    repository.git("config", name, trap);
    repository.git(...nested, "config", name, trap);
  }
  repository.git("config", "filter.c.required", "true");
  repository.git(...nested, "config", "filter.inner.clean", trap);
  repository.write("sub/.gitattributes", "* filter=inner\n");
  repository.write(".gitattributes", "* filter=a=b diff=evil\nfile filter=c\nsub/* filter=c\n");
  for (const hook of ["post-index-change", "pre-auto-gc", "reference-transaction"]) {
    symlinkSync(trap, join(repository.root, ".git", "hooks", hook));
  }

  await using before = await snapshot(repository);
  repository.write("file", "2\n");
  repository.write("fresh", "1\n");
  repository.write("nested/inner", "2\n");
  repository.write("sub/x", "2\n");
  const diff = await before.diff(never);
  expect(diff).toContain("-1\n+2\n");
  expect(diff).toContain("b/fresh");
  expect(await gitInfo(repository.place)).toMatchObject({ branch: "main" });
  expect(existsSync(traces)).toBe(false);
  // The trap does work: git itself runs into it.
  repository.git("add", "file");
  expect(existsSync(traces)).toBe(true);
  expect(readdirSync(repository.parent)).toContain("traces");
});
