import { expect, test } from "vitest";
import { codexCandidates, type Machine } from "../../src/codex/find/candidates.ts";

const linux: Machine = {
  platform: "linux",
  home: "/home/ada",
  env: {
    PATH: "/opt/tools:/usr/bin::relative/bin",
    PNPM_HOME: "/home/ada/pnpm",
    NVM_BIN: "/home/ada/.nvm/versions/node/v22/bin",
    VOLTA_HOME: "/home/ada/volta",
    CARGO_HOME: "/home/ada/cargo",
  },
};

test("the PATH comes first, then where installers put codex; each place once", () => {
  expect(codexCandidates(linux)).toEqual([
    "/opt/tools/codex",
    "/usr/bin/codex",
    "/home/ada/.codex/packages/standalone/current/codex",
    "/home/ada/.bun/bin/codex",
    "/home/ada/.volta/bin/codex",
    "/home/ada/.local/bin/codex",
    "/home/ada/.cargo/bin/codex",
    "/home/ada/pnpm/codex",
    "/home/ada/.nvm/versions/node/v22/bin/codex",
    "/home/ada/volta/bin/codex",
    "/home/ada/cargo/bin/codex",
    "/opt/homebrew/bin/codex",
    "/usr/local/bin/codex",
  ]);
});

test("CODEX_HOME moves the standalone installation", () => {
  const machine: Machine = { ...linux, env: { CODEX_HOME: "/srv/codex" } };
  expect(codexCandidates(machine)[0]).toBe("/srv/codex/packages/standalone/current/codex");
});

test("a Mac has the application, the user's own first", () => {
  const found = codexCandidates({ platform: "darwin", home: "/Users/ada", env: {} });
  const own = found.indexOf("/Users/ada/Applications/Codex.app/Contents/Resources/codex");
  const shared = found.indexOf("/Applications/Codex.app/Contents/Resources/codex");
  expect(own).toBeGreaterThan(-1);
  expect(shared).toBe(own + 1);
  expect(found).toContain("/opt/homebrew/bin/codex");
});

test("Windows has programs and shims, and does not tell `Path` from `PATH`", () => {
  const found = codexCandidates({
    platform: "win32",
    home: "C:\\Users\\ada",
    env: { Path: "C:\\tools;D:\\more", APPDATA: "C:\\Users\\ada\\AppData\\Roaming" },
  });
  expect(found.slice(0, 4)).toEqual([
    "C:\\tools\\codex.exe",
    "C:\\tools\\codex.cmd",
    "C:\\tools\\codex.bat",
    "D:\\more\\codex.exe",
  ]);
  expect(found).toContain("C:\\Users\\ada\\AppData\\Roaming\\npm\\codex.cmd");
  expect(found).toContain("C:\\Users\\ada\\.cargo\\bin\\codex.exe");
});
