import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { firstFile } from "../../src/config/first-file.ts";
import { loadConfig, reloadConfig } from "../../src/config/load.ts";
import { type Paths, ownPathSource, pathsOf } from "../../src/config/paths.ts";
import { makeFolders, privateFolder, writeAtomically } from "../../src/config/private-files.ts";

const options = { agents: ["claude", "demo"], homedir: "/home/ada" };
let home: string;
let paths: Paths;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "fairlead-config-"));
  paths = pathsOf(ownPathSource(join(home, "data")));
  await makeFolders(paths);
});
afterEach(async () => await rm(home, { recursive: true }));

describe("the first start", () => {
  test("makes a commented file that only its user can read", async () => {
    expect(await loadConfig(paths, options)).toMatchObject({
      ok: true,
      warnings: [],
      problems: [],
    });
    expect(await readFile(paths.configFile, "utf8")).toBe(firstFile(options.agents));
    expect((await stat(paths.configFile)).mode & 0o777).toBe(0o600);
    expect(await readdir(paths.config)).toEqual(["host.toml", "logs", "run", "state"]);
  });

  test("by two programs at a time makes one whole file", async () => {
    const loaded = await Promise.all(Array.from({ length: 8 }, () => loadConfig(paths, options)));
    expect(loaded.map(({ ok }) => ok)).toEqual(Array.from({ length: 8 }, () => true));
    expect(await readdir(paths.config)).toEqual(["host.toml", "logs", "run", "state"]);
  });

  test("in a place that takes no file goes on with the defaults, and says so", async () => {
    await writeFile(join(home, "file"), "");
    const nowhere = { ...paths, configFile: join(home, "file", "host.toml") };
    const loaded = await loadConfig(nowhere, options);
    expect(loaded).toMatchObject({ ok: true, config: { policy: { approvals: "ask" } } });
    expect(JSON.stringify(loaded)).toContain("so the defaults hold: ");
  });
});

describe("a file that is wrong", () => {
  test("leaves the machine reachable with what it said before, and is not touched", async () => {
    await writeFile(paths.configFile, "websocket.port = 4600\n", { mode: 0o600 });
    await loadConfig(paths, options);
    await writeFile(paths.configFile, "websocket.port = 4601\npolcy = 1\n");
    expect(await loadConfig(paths, options)).toMatchObject({
      ok: true,
      config: { websocket: { port: 4600 } },
      problems: [{ line: 2, key: "polcy" }],
    });
    expect(await readFile(paths.configFile, "utf8")).toBe("websocket.port = 4601\npolcy = 1\n");
  });

  test("at the first start is refused with all that is wrong", async () => {
    await writeFile(paths.configFile, "polcy = 1\nwebsocket.port = -1\n", { mode: 0o600 });
    expect(await loadConfig(paths, options)).toMatchObject({
      ok: false,
      problems: [{ line: 1 }, { line: 2 }],
    });
  });

  test("at a reload is refused, and what it said before stays the last that was good", async () => {
    await writeFile(paths.configFile, "websocket.port = 4600\n", { mode: 0o600 });
    expect(await reloadConfig(paths, options)).toMatchObject({ ok: true });
    await writeFile(paths.configFile, "websocket.port =");
    expect(await reloadConfig(paths, options)).toMatchObject({
      ok: false,
      problems: [{ line: 1 }],
    });
    expect(await readFile(paths.lastGoodConfigFile, "utf8")).toBe("websocket.port = 4600\n");
  });

  test.each([
    [
      "is not text",
      async () => await writeFile(paths.configFile, Buffer.from([0xff, 0xfe, 0x00])),
      "not UTF-8",
    ],
    [
      "is huge",
      async () => await writeFile(paths.configFile, "#".repeat(2 ** 20 + 1)),
      "larger than",
    ],
    ["is a folder", async () => await mkdir(paths.configFile), "it is not a file"],
    ["is a link to nowhere", async () => await symlink("nowhere", paths.configFile), "ENOENT"],
  ])("that %s is a sentence", async (_name, make, sentence) => {
    await make();
    const loaded = await loadConfig(paths, options);
    expect(loaded).toMatchObject({ ok: false, problems: [{ line: null }] });
    expect(JSON.stringify(loaded)).toContain(sentence);
  });
});

describe("rights", () => {
  test("a file that others may change is refused with what to type", async () => {
    await writeFile(paths.configFile, "");
    await chmod(paths.configFile, 0o620);
    expect(JSON.stringify(await loadConfig(paths, options))).toContain(
      `run \`chmod go-w ${paths.configFile}\``,
    );
  });

  test("a file that others may read is fine until it holds a secret", async () => {
    await writeFile(paths.configFile, "websocket.port = 1\n");
    await chmod(paths.configFile, 0o644);
    expect(await loadConfig(paths, options)).toMatchObject({ ok: true, problems: [] });
    await writeFile(paths.configFile, "agents.claude.env.API_KEY = 'sk-1'\n");
    const refused = JSON.stringify(await reloadConfig(paths, options));
    expect(refused).toContain(`run \`chmod 600 ${paths.configFile}\``);
    expect(refused).not.toContain("sk-1");
  });

  test("a folder that others may read is refused with what to type", async () => {
    await chmod(paths.state, 0o750);
    await expect(makeFolders(paths)).rejects.toThrow(`run \`chmod 700 ${paths.state}\``);
  });

  test("folders are made for their user alone, whatever the umask", async () => {
    const before = process.umask(0);
    try {
      await privateFolder(join(home, "a", "b"));
    } finally {
      process.umask(before);
    }
    expect((await stat(join(home, "a", "b"))).mode & 0o777).toBe(0o700);
  });

  test("a folder for sockets that somebody made a link of is refused", async () => {
    await symlink(paths.state, join(home, "link"));
    await expect(privateFolder(join(home, "link"), { linkAllowed: false })).rejects.toThrow(
      "a link",
    );
  });
});

test("a file that is replaced stays a link and keeps its mode; nothing else is left", async () => {
  const target = join(home, "dotfiles.toml");
  await writeFile(target, "old");
  await chmod(target, 0o640);
  await symlink(target, paths.configFile);
  await writeAtomically(paths.configFile, "new");
  expect(await readFile(target, "utf8")).toBe("new");
  expect((await stat(target)).mode & 0o777).toBe(0o640);
  expect((await lstat(paths.configFile)).isSymbolicLink()).toBe(true);
  expect(await readdir(home)).toEqual(["data", "dotfiles.toml"]);
});
