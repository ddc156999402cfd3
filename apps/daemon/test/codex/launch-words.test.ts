import { expect, test } from "vitest";
import { launchWords } from "../../src/codex/server/codex-process.ts";

const args = ["app-server", "--help"];

test.each([
  ["linux", "/usr/bin/codex", ["/usr/bin/codex", args]],
  ["win32", "C:\\codex.exe", ["C:\\codex.exe", args]],
  ["win32", "C:\\codex.CMD", ["C:\\cmd.exe", ["/d", "/c", "C:\\codex.CMD", ...args]]],
  ["darwin", "/odd/codex.cmd", ["/odd/codex.cmd", args]],
] as const)("on %s %s is started as %j", (platform, file, words) => {
  expect(launchWords({ file, args, env: { ComSpec: "C:\\cmd.exe" } }, platform)).toEqual(words);
});

test("without ComSpec the interpreter is found by its name", () => {
  expect(launchWords({ file: "C:\\c.bat", args: [], env: {} }, "win32")[0]).toBe("cmd.exe");
});
