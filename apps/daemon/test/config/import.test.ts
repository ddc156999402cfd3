import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { addImport } from "../../src/commands/import.ts";
import { alleycatPlaces } from "../../src/config/import/find-alleycat.ts";
import { type Paths, ownPathSource, pathsOf } from "../../src/config/paths.ts";
import { type Ran, runCommand } from "./run-command.ts";

const key = "ab".repeat(32);
const token = "cd".repeat(32);
const theirs = `token = "${token}"
relay = "https://relay.example.com"

[session]
replay_max_msgs = 4096
idle_ttl_secs = 600
pending_grace_secs = 60

[agents.codex]
enabled = false
bin = "codex"

[agents.claude]
enabled = true
bin = "/opt/claude"
bypass_permissions = true

[agents.shell]
enabled = true

[agents.grok]
enabled = true
`;
let home: string;
let from: string;
let paths: Paths;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "fairlead-import-"));
  from = join(home, "alleycat");
  paths = pathsOf(ownPathSource(join(home, "data")));
  await mkdir(from);
  await writeFile(join(from, "host.toml"), theirs);
  await writeFile(join(from, "host.key"), `${key}\n`);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(home, { recursive: true });
});

const run = (...words: readonly string[]): Promise<Ran> =>
  runCommand(addImport, ["import", "alleycat", "--data-dir", join(home, "data"), ...words]);

async function identity(text: string): Promise<void> {
  await mkdir(join(paths.identityFile, ".."), { recursive: true, mode: 0o700 });
  await writeFile(paths.identityFile, text, { mode: 0o600 });
}

describe("import alleycat", () => {
  test("takes over identity, token and what is not the default", async () => {
    const ran = await run("--from", from);
    expect(ran).toMatchObject({ code: 0, err: "" });
    expect(await readFile(paths.identityFile, "utf8")).toBe(`${key}\n`);
    expect(await readFile(paths.tokenFile, "utf8")).toBe(`${token}\n`);
    for (const file of [paths.identityFile, paths.tokenFile]) {
      expect((await stat(file)).mode & 0o777).toBe(0o600);
    }
    const ours = await readFile(paths.configFile, "utf8");
    const set = ours.split("\n").filter((line) => /^\w+ = /u.test(line));
    expect(set).toEqual([
      'relay = "https://relay.example.com"',
      "ring_frames = 4096",
      "enabled = false",
      'bin = "/opt/claude"',
    ]);
    expect(ran.out).toContain(
      "alleycat.relay, session.ring_frames, agents.codex.enabled, agents.claude.bin in ",
    );
  });

  test("says what differs, and shows no secret", async () => {
    const { out } = await run("--from", from);
    expect(out).toContain("agents.claude.bypass_permissions: approvals stay on: ");
    expect(out).toContain("session.pending_grace_secs: it is not used: an approval waits here");
    // Known here as well: there is nothing to say.
    expect(out).not.toContain("agents.grok");
    expect(out).toContain(
      "agents.shell: the terminal stays off: to offer it, run `fairlead config set agents.shell.enabled true`",
    );
    expect(out).toContain("Approvals are on");
    expect(out).not.toContain(token);
    expect(out).not.toContain(key);
  });

  test("twice is once", async () => {
    await run("--from", from);
    const ours = await readFile(paths.configFile, "utf8");
    expect((await run("--from", from)).out).toContain("Everything was taken over before.");
    expect(await readFile(paths.configFile, "utf8")).toBe(ours);
  });

  test("with --dry-run writes nothing", async () => {
    const ran = await run("--from", from, "--dry-run");
    expect(ran.out).toContain("Would take over: the identity of this machine");
    expect(ran.out).toContain("Would take over: alleycat.relay, session.ring_frames");
    expect(await readdir(home)).toEqual(["alleycat"]);
  });

  test("keeps an identity that is here; --force replaces it and keeps a copy", async () => {
    await identity("ef".repeat(32));
    const refused = await run("--from", from);
    expect(refused.code).toBe(4);
    expect(refused.err).toContain("Fairlead has an identity of its own");
    expect(await readdir(join(home, "data"))).toEqual(["state"]);
    expect(await run("--from", from, "--force")).toMatchObject({ code: 0 });
    expect(await readFile(paths.identityFile, "utf8")).toBe(`${key}\n`);
    expect(await readFile(`${paths.identityFile}.before-import`, "utf8")).toBe("ef".repeat(32));
  });

  test("keeps settings that are here", async () => {
    await mkdir(paths.config);
    await writeFile(
      paths.configFile,
      'session.ring_frames = 99\nagents.claude.bin = "/my/claude"\n',
    );
    const ran = await run("--from", from);
    expect(ran.out).toContain(
      "session.ring_frames: not taken over: host.toml says otherwise already",
    );
    expect(await readFile(paths.configFile, "utf8")).toContain('bin = "/my/claude"');
  });

  test("leaves out what is not valid here, and says so", async () => {
    await writeFile(
      join(from, "host.toml"),
      'token = "short"\nrelay = "x"\n[agents.claude]\nbin = "./c"\n',
    );
    const { out, code } = await run("--from", from);
    expect(code).toBe(0);
    expect(out).toContain('alleycat.relay: not taken over: "x" is not a URL');
    expect(out).toContain('agents.claude.bin: not taken over: "./c" is a relative path');
    expect(out).toContain("token: not taken over: it is too easy to guess");
  });

  test("puts a token of other letters into host.toml, as it was there", async () => {
    await writeFile(join(from, "host.toml"), `token = "${"z".repeat(40)}"\n`);
    await run("--from", from);
    expect(await readFile(paths.configFile, "utf8")).toContain(`\ntoken = "${"z".repeat(40)}"\n`);
  });

  test.each([
    ["host.key", "no key\n", "holds no key: nothing was imported"],
    [
      "host.toml",
      "token = \n",
      "Nothing was imported:\n  host.toml:1: token: it is not valid TOML",
    ],
  ])("changes nothing when %s is broken", async (file, text, sentence) => {
    await writeFile(join(from, file), text);
    const ran = await run("--from", from);
    expect(ran.err).toContain(sentence);
    expect(await readdir(home)).toEqual(["alleycat"]);
  });

  test("finds it where its builds keep things, and asks when there are two", async () => {
    vi.stubEnv("HOME", home);
    vi.stubEnv("XDG_CONFIG_HOME", join(home, "config"));
    vi.stubEnv("XDG_STATE_HOME", join(home, "st"));
    const none = await run();
    const [one, other] = alleycatPlaces(ownPathSource(undefined));
    expect(none.code).toBe(1);
    expect(none.err).toContain(one?.configFile);
    await mkdir(join(one?.keyFile ?? "", ".."), { recursive: true });
    await writeFile(one?.keyFile ?? "", key);
    expect(await run()).toMatchObject({ code: 0 });
    await mkdir(join(other?.configFile ?? "", ".."), { recursive: true });
    await writeFile(other?.configFile ?? "", theirs);
    expect(await run()).toMatchObject({ code: 2 });
  });
});

test("places of Alleycat on every system", () => {
  const source = { env: {}, homedir: "/h", tmpdir: "/tmp", cwd: "/", uid: 1 };
  const first = (platform: NodeJS.Platform, homedir: string): unknown =>
    alleycatPlaces({ ...source, platform, homedir })[0];
  expect(first("linux", "/h")).toEqual({
    command: "kittylitter",
    configFile: "/h/.config/kittylitter/host.toml",
    keyFile: "/h/.local/state/kittylitter/host.key",
  });
  expect(first("darwin", "/h")).toMatchObject({
    keyFile: "/h/Library/Application Support/com.sigkitten.kittylitter/host.key",
  });
  expect(first("win32", "C:\\U")).toMatchObject({
    configFile: "C:\\U\\AppData\\Roaming\\sigkitten\\kittylitter\\config\\host.toml",
    keyFile: "C:\\U\\AppData\\Local\\sigkitten\\kittylitter\\data\\host.key",
  });
});
