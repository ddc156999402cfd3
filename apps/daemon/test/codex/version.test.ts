import { expect, test } from "vitest";
import { newestFirst, parseVersion } from "../../src/codex/find/version.ts";

test.each([
  ["codex-cli 0.169.0\n", "0.169.0"],
  ["v1.2.3", "1.2.3"],
  ["WARNING: no bubblewrap\ncodex-cli 0.170.0-alpha.3 (linux)", "0.170.0-alpha.3"],
  ["codex 2.0 build 7", "2.0"],
  ["node20 codex/0.99.1", "0.99.1"],
])("%j tells the version %s", (output, text) => {
  expect(parseVersion(output)?.text).toBe(text);
});

test.each(["", "codex", "usage: codex [OPTIONS]", "build 7"])("%j tells none", (output) => {
  expect(parseVersion(output)).toBeNull();
});

test("newest first: by number, releases before their previews, the unknown last, equals in order", () => {
  const entry = (name: string, output: string) => ({ name, version: parseVersion(output) });
  const found = [
    entry("silent", ""),
    entry("old", "0.99.12"),
    entry("first", "0.169.0"),
    entry("preview", "0.170.0-alpha.10"),
    entry("earlier preview", "0.170.0-alpha.9"),
    entry("second", "0.169"),
    entry("release", "0.170.0"),
  ];
  expect(newestFirst(found).map(({ name }) => name)).toEqual([
    "release",
    "preview",
    "earlier preview",
    "first",
    "second",
    "old",
    "silent",
  ]);
});
