import { execFileSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { folderProgram, plugin } from "../src/command.ts";

/** A home with a configuration, and the private folder that is made of it. */
function folderOf(configuration: Readonly<Record<string, string>>) {
  const home = realpathSync(mkdtempSync(join(tmpdir(), "fairlead-amp-")));
  const theirs = join(home, ".config");
  const all = join(home, ".cache", "fairlead", "amp");
  const own = join(all, "one");
  const write = (folder: string, path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  for (const [path, text] of Object.entries(configuration)) write(theirs, path, text);
  return {
    ...{ home, theirs, all, own, write },
    read: (folder: string, path: string) => readFileSync(join(folder, path), "utf8"),
    run: (verb: "make" | "end"): void =>
      void execFileSync("sh", [folderProgram, verb, own], {
        env: {
          ...{ HOME: home, PATH: process.env["PATH"], FAIRLEAD_AMP_PLUGIN: plugin },
          ...{
            FAIRLEAD_AMP_ASK: "{}",
            FAIRLEAD_AMP_MCP: '{"a":1}',
            FAIRLEAD_AMP_SETTINGS: '{"b":2}',
          },
        },
      }),
  };
}

test("the private folder is the user's by links, ours beside it, for nobody else; its end leaves nothing", () => {
  const { theirs, own, all, write, read, run } = folderOf({
    "git/config": "[user]",
    "amp/AGENTS.md": "# Mine",
    "amp/settings.json": "{}",
    "amp/plugins/mine.ts": "mine",
    "amp/plugins/theirs/index.ts": "theirs",
  });
  // Of a daemon that is gone: it had the highest of all process ids.
  write(all, "old/amp/fairlead/owner", "4194305\n");
  // One that is just being made, by another thread's.
  write(all, "new/amp/fairlead/owner", "");
  run("make");
  expect(existsSync(join(all, "old"))).toBe(false);
  expect(existsSync(join(all, "new"))).toBe(true);
  expect(read(own, "git/config")).toBe("[user]");
  expect(read(own, "amp/AGENTS.md")).toBe("# Mine");
  expect(read(own, "amp/plugins/mine.ts")).toBe("mine");
  expect(read(own, "amp/plugins/theirs/index.ts")).toBe("theirs");
  expect(realpathSync(join(own, "amp/plugins/fairlead.ts"))).toBe(realpathSync(plugin));
  expect(read(own, "amp/settings.json")).toBe('{"b":2}');
  expect(read(own, "amp/fairlead/mcp.json")).toBe('{"a":1}');
  expect(lstatSync(join(own, "amp/settings.json")).isSymbolicLink()).toBe(false);
  expect(statSync(own).mode & 0o077).toBe(0);
  expect(statSync(join(own, "amp/fairlead/ask.json")).mode & 0o077).toBe(0);
  run("end");
  expect(existsSync(own)).toBe(false);
  expect(read(theirs, "amp/plugins/mine.ts")).toBe("mine");
});

test("what a command keeps in its configuration is the user's, and not lost with the folder", () => {
  const { theirs, own, write, read, run } = folderOf({ "starship.toml": "old", "gh/a": "a" });
  run("make");
  write(own, "npm/token", "t0ken");
  write(own, "amp/skills/mine/SKILL.md", "# Mine");
  write(own, "gh/b", "b");
  // As programs do that write a file whole.
  write(own, "starship.toml.new", "new");
  renameSync(join(own, "starship.toml.new"), join(own, "starship.toml"));
  // Made by somebody else meanwhile.
  write(own, "both/mine", "mine");
  write(theirs, "both/other", "other");
  run("end");
  expect(existsSync(own)).toBe(false);
  expect(read(theirs, "npm/token")).toBe("t0ken");
  expect(read(theirs, "amp/skills/mine/SKILL.md")).toBe("# Mine");
  expect([read(theirs, "gh/a"), read(theirs, "gh/b")]).toEqual(["a", "b"]);
  expect(read(theirs, "starship.toml")).toBe("new");
  expect([read(theirs, "both/mine"), read(theirs, "both/other")]).toEqual(["mine", "other"]);
  for (const ours of ["amp/fairlead", "amp/settings.json", "amp/plugins"]) {
    expect(existsSync(join(theirs, ours))).toBe(false);
  }
});

test("where there is no configuration yet, none is made but what a command keeps", () => {
  const { theirs, own, write, read, run } = folderOf({});
  run("make");
  run("end");
  expect(existsSync(theirs)).toBe(false);
  run("make");
  write(own, "npm/token", "t0ken");
  run("end");
  expect(read(theirs, "npm/token")).toBe("t0ken");
});
