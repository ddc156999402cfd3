import { chmod, mkdir, mkdtemp, readFile, realpath, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Environment, loginShellEnvironment } from "../src/process/environment.ts";
import { createBridgeHost } from "../src/process/host.ts";
import { resolveProgram } from "../src/process/resolve-program.ts";
import { watchVariable } from "../src/process/watchdog-program.ts";
import { groups } from "./support/unwatched-groups.ts";

let home = "";
let bin = "";
let work = "";

beforeEach(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), "fairlead-environment-")));
  [bin, work] = [join(home, "bin"), join(home, "work")];
  for (const folder of [bin, work]) await mkdir(folder);
});
afterEach(() => rm(home, { recursive: true }));

async function program(name: string, body: string, folder = bin): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, `#!/bin/sh\n${body}\n`);
  await chmod(file, 0o700);
  return file;
}

interface Asked {
  readonly withheld?: readonly string[];
  readonly shell?: string | null;
  readonly base?: Environment;
  readonly log?: (level: string, message: string) => void;
  readonly timeoutMs?: number;
  readonly now?: () => number;
}

function resolver({ shell = null, base = {}, log = () => {}, ...options }: Asked) {
  return loginShellEnvironment({
    ...options,
    log,
    shell,
    groups,
    providerFolders: [bin],
    base: { PATH: "/usr/bin:/bin", HOME: home, ...base },
  });
}

const asked = async (): Promise<string> => readFile(join(home, "asked"), "utf8").catch(() => "");
const count = (name: string): string => `echo ${name} >>${join(home, "asked")}`;

test("shell, mise and direnv build on each other; null removes, what is no text is ignored", async () => {
  const shell = await program("myshell", `export FROM_SHELL=1 OVER=shell; eval "$2"`);
  const mise = `{"FROM_MISE": "$FROM_SHELL$*", "OVER": "mise", "GONE": "1", "N": 1, "A=B": "x"}`;
  await program("mise", `cat <<END\n${mise}\nEND`);
  const direnv = `{"FROM_DIRENV": "$FROM_MISE", "OVER": "direnv", "GONE": null, "LIST": []}`;
  await program("direnv", `test "$*" = "export json" && pwd >&2 && cat <<END\n${direnv}\nEND`);
  await writeFile(join(work, ".envrc"), "");
  const base = { GONE: "0", OVER: "base", [watchVariable]: "of another daemon" };
  expect(await resolver({ shell, base })(work)).toEqual({
    PATH: "/usr/bin:/bin",
    HOME: home,
    FROM_SHELL: "1",
    FROM_MISE: `1env --json -C ${work}`,
    FROM_DIRENV: `1env --json -C ${work}`,
    OVER: "direnv",
  });
});

test("direnv is asked only where there is something for it, above the folder too", async () => {
  await program("direnv", `${count("direnv")}; echo '{"A": "1"}'`);
  const resolve = resolver({});
  expect(await resolve(work)).not.toHaveProperty("A");
  expect(await asked()).toBe("");
  await writeFile(join(home, ".envrc"), "");
  const below = join(work, "below");
  await mkdir(below);
  expect(await resolve(below)).toMatchObject({ A: "1" });
});

test.each([
  ["is not allowed", `echo '{"A": "1"}'; echo blocked >&2; exit 1`, "ended with exit code 1"],
  ["prints nonsense", "echo hello", "hello"],
  ["hangs", "exec sleep 30", "did not answer within 300 ms"],
])("a direnv that %s changes nothing", async (_name, body, why) => {
  const logged: string[] = [];
  await program("direnv", body);
  await writeFile(join(work, ".envrc"), "");
  const log = (level: string, message: string): void => void logged.push(`${level} ${message}`);
  const found = await resolver({ log, timeoutMs: 300 })(work);
  expect(found).toEqual({ PATH: "/usr/bin:/bin", HOME: home });
  expect(logged).toEqual([expect.stringContaining(why)]);
  expect(logged[0]).toMatch(/^debug /);
});

test("what mise leaves in the background does not hold the answer up", async () => {
  await program("mise", `sleep 30 & echo '{"A": "1"}'`);
  expect(await resolver({})(work)).toMatchObject({ A: "1" });
});

test("callers share an answer, until a file of the folder changes", async () => {
  await program("mise", `${count("mise")}; cat ${join(work, "mise.toml")}`);
  await writeFile(join(work, "mise.toml"), `{"A": "1"}`);
  let nowMs = 0;
  const resolve = resolver({ now: () => nowMs });
  const all = await Promise.all([resolve(work), resolve(work), resolve(work)]);
  nowMs += 2000;
  all.push(await resolve(work));
  expect(all.map(({ A }) => A)).toEqual(["1", "1", "1", "1"]);
  expect(await asked()).toBe("mise\n");
  await writeFile(join(work, "mise.toml"), `{"A": "2"}`);
  await utimes(join(work, "mise.toml"), 1, 1);
  nowMs += 2000;
  const changed = await Promise.all([resolve(work), resolve(work)]);
  expect(changed.map(({ A }) => A)).toEqual(["2", "2"]);
  expect(await asked()).toBe("mise\nmise\n");
  nowMs += 300_001;
  await resolve(work);
  expect(await asked()).toBe("mise\nmise\nmise\n");
});

test("a shell that failed is asked again after half a minute, not for the next folder", async () => {
  const shell = await program("myshell", count("shell"));
  let nowMs = 0;
  const resolve = resolver({ shell, now: () => nowMs });
  for (const folder of [work, bin, work]) await resolve(folder);
  expect(await asked()).toBe("shell\n");
  await writeFile(shell, `#!/bin/sh\nexport HEALED=1\neval "$2"\n`);
  nowMs += 30_001;
  expect(await resolve(work)).toMatchObject({ HEALED: "1" });
});

test.each([
  ["bash", "-lic"],
  ["zsh", "-lic"],
  ["fish", "-l -c"],
  ["dash", "-c"],
  ["busybox", "-c"],
  ["nu", "-lc"],
])("%s is asked with %s", async (name, flags) => {
  const arity = flags.split(" ").length;
  const shell = await program(
    name,
    `export FLAGS="$1"; for f in "$@"; do last=$f; done
    test $# = ${arity + 1} || exit 1; test ${arity} = 1 || FLAGS="$1 $2"; eval "$last"`,
  );
  expect(await resolver({ shell })(work)).toMatchObject({ FLAGS: flags });
});

test("an env that cannot end its lines with zero is read line by line", async () => {
  await program("env", `test $# = 0 || exit 1; printf 'PATH=/p\\nA=one\\n two = 2\\nB=\\n'`);
  const shell = await program("myshell", `PATH=${bin}:$PATH; eval "$2"`);
  expect(await resolver({ shell })(work)).toEqual({ PATH: "/p", A: "one\n two = 2", B: "" });
});

test("programs are found by name, alias and folder, and must be executable", async () => {
  await writeFile(join(bin, "plain"), "");
  await mkdir(join(bin, "folder"));
  const real = await program("real", "");
  const far = await program("far", "", work);
  const environment = { PATH: `relative:${bin}` };
  const options = { cwd: home };
  const looked = { missing: `looked in ${join(home, "relative")}, ${bin}` };
  expect(await resolveProgram("plain", environment, options)).toEqual(looked);
  expect(await resolveProgram("folder", environment, options)).toEqual(looked);
  expect(await resolveProgram("real", environment, options)).toEqual({ file: real });
  expect(await resolveProgram("x", environment, { aliases: ["y", "real"] })).toEqual({
    file: real,
  });
  expect(await resolveProgram("far", environment, { folders: [work] })).toEqual({ file: far });
  expect(await resolveProgram("./real", environment, options)).toEqual({ file: "./real" });
  expect(await resolveProgram("x", { PATH: "" })).toEqual({ missing: "the PATH is empty" });
  expect(await resolveProgram("sh", {})).toEqual({ file: expect.stringMatching(/\/bin\/sh$/u) });
});

test("on Windows the endings of PATHEXT are tried in their order", async () => {
  const files = [
    "C:\\tools\\agent",
    "C:\\tools\\agent.cmd",
    "C:\\bin\\agent.exe",
    "C:\\bin\\a.ps1",
  ];
  const isExecutable = async (file: string): Promise<boolean> => files.includes(file);
  const find = (name: string, environment: Environment): Promise<unknown> =>
    resolveProgram(name, environment, { platform: "win32", isExecutable });
  const path = "C:\\tools;C:\\bin";
  expect(await find("agent", { Path: path })).toEqual({ file: "C:\\tools\\agent.cmd" });
  expect(await find("agent", { PATH: path, PathExt: ".EXE" })).toEqual({
    file: "C:\\bin\\agent.exe",
  });
  expect(await find("agent.exe", { PATH: path })).toEqual({ file: "C:\\bin\\agent.exe" });
  expect(await find("a", { PATH: path })).toEqual({ missing: "looked in C:\\tools, C:\\bin" });
  expect(await find("x\\agent", { PATH: path })).toEqual({ file: "x\\agent" });
});

test("an instance has its own program and environment, and an error names what was configured", async () => {
  const mine = await program("mine", `echo "\\"$1 $INSTANCE $BOTH\\""`);
  const host = (configured: string) =>
    createBridgeHost({
      log: () => {},
      groups,
      environment: async () => ({ PATH: "/usr/bin:/bin", BOTH: "folder" }),
      env: { INSTANCE: "work", BOTH: "instance" },
      programs: new Map([["agent", configured]]),
    });
  await using found = host(mine);
  expect(await found.environment(work)).toMatchObject({ INSTANCE: "work", BOTH: "instance" });
  const lines: unknown[] = [];
  for await (const line of found.spawn({ file: "agent", args: ["go"], cwd: work }).lines)
    lines.push(line);
  expect(lines).toEqual([{ json: "go work instance" }]);

  await using missing = host("/nowhere/agent");
  const { stderr } = await missing.spawn({ file: "agent", args: [], cwd: work }).exited;
  expect(stderr).toContain("`/nowhere/agent`, configured for agent, cannot be started");
  const { stderr: other } = await missing.spawn({ file: "none", args: [], cwd: work }).exited;
  expect(other).toBe("`none` is not installed or not on the PATH: looked in /usr/bin, /bin");
});

test("what is withheld reaches neither the shell nor an agent, unless the user's profile sets it", async () => {
  const seen = join(home, "seen");
  const shell = await program("myshell", `env >${seen}; export MINE=profile; eval "$2"`);
  const base = { HEADERS: "authorization=key", MINE: "daemon", KEPT: "1" };
  const withheld = ["HEADERS", "MINE"];
  const found = await resolver({ shell, base, withheld })(work);
  expect(found).toMatchObject({ MINE: "profile", KEPT: "1" });
  expect(found).not.toHaveProperty("HEADERS");
  expect(await readFile(seen, "utf8")).not.toMatch(/authorization=key|MINE=/u);
  const failing = await resolver({ shell: "/nonexistent", base, withheld })(work);
  expect(failing).not.toHaveProperty("HEADERS");
});
