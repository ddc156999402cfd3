import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { addConfig } from "../../src/commands/config.ts";
import { wordsOf } from "../../src/config/command/edit.ts";
import { ownPathSource, pathsOf } from "../../src/config/paths.ts";
import { serveControl } from "../../src/control/server.ts";
import { controlSocket } from "../../src/control/socket-path.ts";
import { type Ran, runCommand } from "./run-command.ts";

let home: string;
let file: string;

const run = (...words: readonly string[]): Promise<Ran> =>
  runCommand(addConfig, ["config", ...words, "--data-dir", home]);

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "fairlead-config-"));
  file = join(home, "host.toml");
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(home, { recursive: true });
});

describe("config set", () => {
  test("changes one line, and get reads it", async () => {
    await writeFile(file, "# mine\n[websocket]\nport = 1 # one\n");
    expect(await run("set", "websocket.port", "4600")).toEqual({
      code: 0,
      out: `websocket.port is set in ${file}.\nIn effect from the next start: Fairlead is not running.\n`,
      err: "",
    });
    expect(await readFile(file, "utf8")).toBe("# mine\n[websocket]\nport = 4600 # one\n");
    expect(await run("get", "websocket.port")).toMatchObject({ code: 0, out: "4600\n" });
  });

  test("makes the commented file first, and unset takes the line out again", async () => {
    await run("set", "log.level", "debug");
    expect(await readFile(file, "utf8")).toContain('# level = "warn"\nlevel = "debug"\n');
    expect(await run("unset", "log.level")).toMatchObject({ code: 0 });
    expect(await readFile(file, "utf8")).not.toContain('\nlevel = "debug"');
    expect(await run("get", "log.level")).toMatchObject({ out: "warn\n" });
  });

  test.each([
    [
      "websocket.port",
      "70000",
      "Nothing was changed:\n  host.toml:2: websocket.port: 70000 is not a port",
    ],
    ["websocket.port", "many", 'websocket.port: "many" is not a port'],
    ["websocket.prt", "1", "there is no key websocket.prt: did you mean websocket.port?"],
    ["websocket.host", "0.0.0.0", "set websocket.tls_cert and websocket.tls_key too"],
  ])("%s %s is refused, and changes nothing", async (key, value, sentence) => {
    await writeFile(file, "[websocket]\nport = 1\n");
    const ran = await run("set", key, value);
    expect(ran.code).toBe(2);
    expect(ran.err).toContain(sentence);
    expect(await readFile(file, "utf8")).toBe("[websocket]\nport = 1\n");
    expect(await readdir(home)).toEqual(["host.toml"]);
  });

  test("mends a file that is wrong, and only then is done", async () => {
    await writeFile(file, "websocket.port = -1\n");
    expect(await run("set", "log.level", "debug")).toMatchObject({ code: 2 });
    expect(await run("set", "websocket.port", "1")).toMatchObject({ code: 0 });
  });

  test("adds to what was set before", async () => {
    await writeFile(file, "");
    const names = ["A", "B", "C", "D"];
    for (const name of names) await run("set", `agents.demo.env.${name}`, name);
    expect(JSON.parse((await run("get", "agents.demo.env", "--json")).out)).toEqual({
      A: "A",
      B: "B",
      C: "C",
      D: "D",
    });
  });

  test("has a running daemon take it over, and tells what it says", async () => {
    const log = (): void => {};
    const path = controlSocket(pathsOf(ownPathSource(home)));
    const reload = async (): Promise<unknown> => ({
      live: [{ key: "log.level", what: "changed" }],
      restart: [{ key: "session.idle_secs", what: "changed" }],
      warnings: ["host.toml:1: x: y"],
    });
    await using _ = await serveControl({ path, ops: { reload }, log });
    expect((await run("set", "log.level", "debug")).out).toBe(
      `log.level is set in ${file}.\nhost.toml:1: x: y\nIn effect now: log.level.\nIn effect after \`fairlead restart\`: session.idle_secs.\n`,
    );
  });
});

describe("config get", () => {
  test("without a file tells the defaults, and makes none", async () => {
    const all: unknown = JSON.parse((await run("get", "--json")).out);
    expect(all).toMatchObject({ "policy.approvals": "ask", "websocket.port": 4517, token: null });
    expect(await readdir(home)).toEqual([]);
    expect(await run("get", "default_agent")).toEqual({
      code: 0,
      out: "",
      err: "default_agent is unset: the best one found.\n",
    });
  });

  test("of all shows no secret; of one key it does", async () => {
    const secret = "s".repeat(40);
    await writeFile(file, `token = "${secret}"\nagents.demo.env.KEY = "sk-1"\n`, { mode: 0o600 });
    const all = `${(await run("get")).out}${(await run("get", "--json")).out}`;
    expect(all).toContain("agents.demo.env.KEY");
    expect(all).not.toMatch(/sss|sk-1/u);
    expect(await run("get", "token")).toMatchObject({ out: `${secret}\n` });
  });

  test("says where a file is no TOML", async () => {
    await writeFile(file, "\nx = \n");
    const ran = await run("get", "log.level");
    expect(ran.err).toContain("host.toml:2: x: it is not valid TOML");
    expect(ran.code).toBe(2);
  });
});

describe("config edit", () => {
  async function editor(body: string): Promise<void> {
    const program = join(home, "my editor.sh");
    await writeFile(program, `#!/bin/sh\n${body}\n`);
    await chmod(program, 0o700);
    vi.stubEnv("VISUAL", "");
    vi.stubEnv("EDITOR", `"${program}" --wait`);
  }

  test("takes over what is valid; the editor gets its words without a shell", async () => {
    await editor(`[ "$1" = --wait ] && echo 'log.level = "debug"' > "$2"`);
    expect(await run("edit")).toMatchObject({
      code: 0,
      out: "In effect from the next start: Fairlead is not running.\n",
    });
    expect(await readFile(file, "utf8")).toBe('log.level = "debug"\n');
    expect(await readdir(join(home, "state"))).toEqual([]);
  });

  test("keeps the file when the result is not valid", async () => {
    await writeFile(file, "cwd = '/'\n");
    await editor(`echo 'polcy = 1' > "$2"`);
    const ran = await run("edit");
    expect(ran.err).toContain("host.toml:1: polcy: there is no such key: did you mean policy?");
    expect(ran.code).toBe(2);
    expect(await readFile(file, "utf8")).toBe("cwd = '/'\n");
    expect(await readdir(join(home, "state"))).toEqual([]);
  });

  test("keeps both when somebody else changed the file meanwhile", async () => {
    await writeFile(file, "cwd = '/'\n");
    await editor(`echo "cwd = '/srv'" > "${file}"; echo "cwd = '/tmp'" > "$2"`);
    const ran = await run("edit");
    const [draft = ""] = await readdir(join(home, "state"));
    expect(ran).toMatchObject({ code: 1 });
    expect(ran.err).toContain(join(home, "state", draft));
    expect(await readFile(file, "utf8")).toBe("cwd = '/srv'\n");
  });

  test.each([
    ["exit 3", "ended with exit code 3: nothing was changed"],
    ["kill -9 $$", "ended with signal SIGKILL: nothing was changed"],
  ])("changes nothing when the editor fails: %s", async (body, sentence) => {
    await editor(body);
    expect((await run("edit")).err).toContain(sentence);
  });

  test("says what to do when there is no such editor", async () => {
    vi.stubEnv("VISUAL", join(home, "nothing"));
    expect((await run("edit")).err).toContain("set EDITOR to one that works");
  });
});

test("the words of an editor may be quoted, and nothing else has a meaning", () => {
  expect(wordsOf(`"/opt/my editor/bin" --arg='a b' $HOME ;x`)).toEqual([
    "/opt/my editor/bin",
    "--arg=a b",
    "$HOME",
    ";x",
  ]);
});

test("config path prints where the file is", async () => {
  expect(await run("path")).toEqual({ code: 0, out: `${file}\n`, err: "" });
});

test("a program that reads only the first line is no failure", async () => {
  const tsx = import.meta.resolve("tsx");
  const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
  const words = ["--conditions=@fairlead/source", "--import", tsx, main, "config", "get"];
  const child = spawn(process.execPath, [...words, "--data-dir", home]);
  child.stdout.destroy();
  let err = "";
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
  expect([await once(child, "close"), err]).toEqual([[0, null], ""]);
});
