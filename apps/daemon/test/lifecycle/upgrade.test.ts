import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { npmOf, prefixOf } from "../../src/lifecycle/npm.ts";
import { checkSentence } from "../../src/lifecycle/upgrade.ts";
import type { CommandOutcome } from "../../src/service/run-command.ts";

function npmThat(outcome: Partial<CommandOutcome>, platform: NodeJS.Platform = "linux") {
  const ran: string[] = [];
  const npm = npmOf(
    async (program, words) => {
      ran.push([program, ...words].join(" "));
      return { code: 0, stdout: "", stderr: "", ...outcome };
    },
    { platform, execPath: join("/node", "node") },
  );
  return { npm, ran };
}

test("the newest version is what npm says, and nothing else", async () => {
  expect(await npmThat({ stdout: '"1.2.3"\n' }).npm.newest()).toBe("1.2.3");
  for (const stdout of ["", "[]", "null", "<html>"]) {
    await expect(npmThat({ stdout }).npm.newest()).rejects.toThrow("npm does not know");
  }
  await expect(npmThat({ code: 1, stderr: "E404" }).npm.newest()).rejects.toThrow(
    "`npm view @fairlead/daemon version --json` failed: E404",
  );
});

test("it is tried elsewhere, then installed under the same prefix; on Windows npm is started by node", async () => {
  const { npm, ran } = npmThat({});
  await npm.install("1.2.3", "/opt/my tools");
  const rest = "--no-fund --no-audit --loglevel=error";
  expect(ran).toEqual([
    expect.stringMatching(
      new RegExp(
        `^npm install --global --prefix .*fairlead-upgrade-.* ${rest} @fairlead/daemon@1.2.3$`,
        "u",
      ),
    ),
    `npm install --global --prefix /opt/my tools ${rest} --prefer-offline @fairlead/daemon@1.2.3`,
  ]);
  const windows = npmThat({ stdout: '"1.0.0"' }, "win32");
  await windows.npm.newest();
  expect(windows.ran[0]).toMatch(/^\/node\/node .*npm-cli\.js view/u);
});

test("what cannot be had leaves the old one alone", async () => {
  const { npm, ran } = npmThat({ code: 1, stderr: "EINTEGRITY" });
  await expect(npm.install("1.2.3", "/opt/tools")).rejects.toThrow("EINTEGRITY");
  expect(ran.filter((line) => line.includes("/opt/tools"))).toEqual([]);
});

test("the prefix is found through the link in its bin folder, and only for npm's own layout", async () => {
  const root = await realpath(await mkdtemp(join(tmpdir(), "fairlead-prefix-")));
  try {
    const main = join(root, "lib", "node_modules", "@fairlead", "daemon", "dist", "main.js");
    mkdirSync(dirname(main), { recursive: true });
    writeFileSync(main, "");
    mkdirSync(join(root, "bin"));
    symlinkSync(main, join(root, "bin", "fairlead"));
    expect(prefixOf(join(root, "bin", "fairlead"), "linux")).toBe(root);
    expect(prefixOf(main, "linux")).toBe(root);
    expect(prefixOf("/src/apps/daemon/dist/main.js", "linux")).toBe(null);
    const pnpm = "/g/5/.pnpm/x/node_modules/@fairlead/daemon/dist/main.js";
    expect(prefixOf(pnpm, "linux")).toBe(null);
  } finally {
    await rm(root, { recursive: true });
  }
});

test("what there is to upgrade is said in a sentence", () => {
  const report = { installed: "1.1.0", newest: "1.1.0", running: null };
  expect(checkSentence(report)).toBe("Fairlead 1.1.0 is the newest.");
  expect(checkSentence({ ...report, newest: "1.2.0" })).toContain("1.2.0 is out; this is 1.1.0");
  expect(checkSentence({ ...report, running: "1.0.0" })).toContain("still runs 1.0.0");
  expect(checkSentence({ ...report, running: "1.2.0" })).toBe("Fairlead 1.1.0 is the newest.");
});
