import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { agentsFolder, installAgent } from "../src/index.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

test("agents are kept in the folder the user chose, else in the user's cache", () => {
  expect(agentsFolder({ FAIRLEAD_AGENTS_DIR: "/chosen" }, "linux")).toBe("/chosen");
  expect(agentsFolder({ XDG_CACHE_HOME: "/xdg" }, "linux")).toBe(
    join("/xdg", "fairlead", "agents"),
  );
  expect(agentsFolder({}, "darwin")).toContain(join("Library", "Caches", "fairlead"));
  expect(agentsFolder({ LOCALAPPDATA: "/local" }, "win32")).toContain(join("/local", "fairlead"));
});

test("an installation that fails says why and leaves nothing behind", async () => {
  const folder = await mkdtemp(join(tmpdir(), "fairlead-install-"));
  vi.stubEnv("FAIRLEAD_AGENTS_DIR", folder);
  vi.stubEnv("PATH", folder);
  expect(await installAgent("codex")).toEqual({
    ok: false,
    reason: expect.stringMatching(/^@openai\/codex@0\.169\.0: npm could not install it: .*ENOENT/),
  });
  expect(await readdir(folder)).toEqual([]);
  await rm(folder, { recursive: true });
});
