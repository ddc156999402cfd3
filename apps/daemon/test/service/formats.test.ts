import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "plist";
import { afterEach, beforeEach, expect, test } from "vitest";
import { desktopEntry } from "../../src/service/desktop-entry.ts";
import { launchAgent } from "../../src/service/launchd.ts";
import { type ServiceSpec, environmentOf } from "../../src/service/service-spec.ts";
import { systemdUnit } from "../../src/service/systemd.ts";
import { startupBytes, startupScript } from "../../src/service/windows-startup.ts";

/** What paths may hold, all at once. */
const nasty = `a b %h %% $HOME \${X} \`id\` "q" 'q' \\n \\ ; & <x> #é ü`;

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fairlead-service-"));
});
afterEach(() => rm(folder, { recursive: true }));

function specOf(node: string, ...words: readonly string[]): ServiceSpec {
  return {
    argv: [node, ...words],
    environment: { HOME: '/home/%u "x"', SHELL: "/bin/zsh", XDG_STATE_HOME: "/s $t\\u" },
    stateDir: "/state",
    logFile: `/logs/${nasty}`,
    stopS: 90,
  };
}

/** A node that exists, in a folder with a name that systemd allows for programs. */
function nodeIn(name: string): string {
  mkdirSync(join(folder, name));
  symlinkSync(process.execPath, join(folder, name, "node"));
  return join(folder, name, "node");
}

/** True when this machine has the tool; says so when it has not. */
function has(tool: string): boolean {
  if (existsSync(tool)) return true;
  process.stderr.write(`${tool} is not here: what it would say is not tested\n`);
  return false;
}

test("systemd accepts the unit, whatever the paths hold", () => {
  const analyze = "/usr/bin/systemd-analyze";
  if (!has(analyze)) return;
  const verify = (text: string) => {
    const file = join(folder, "fairlead.service");
    writeFileSync(file, text);
    const env = { ...process.env, XDG_RUNTIME_DIR: folder };
    return spawnSync(analyze, ["verify", "--user", "--man=no", file], { env, encoding: "utf8" });
  };
  const node = nodeIn("n 100%n $HOME é");
  const unit = systemdUnit(specOf(node, join(folder, `${nasty}\t\n.js`), "serve"));
  expect(verify(unit)).toMatchObject({ status: 0, stderr: "", stdout: "" });
  // It would notice: the same with one escape less.
  expect(verify(unit.replace("100%%n", "100%n")).stderr).toContain("not executable");
  expect(verify(unit.replace("KillMode=mixed", "KillMode=kind")).stderr).toContain("kill mode");
});

test("the words of the unit are those that were meant", () => {
  const words = [`/m/${nasty}.js`, "serve", "--data-dir", "/x\ty\nz"];
  const unit = systemdUnit(specOf("/usr/bin/node", ...words));
  const line = /^ExecStart=(.*)$/mu.exec(unit)?.[1] ?? "";
  const read = [...line.matchAll(/"((?:[^"\\]|\\.)*)"/gu)].map(([, word = ""]) =>
    word
      .replaceAll(/\\(?:x([0-9a-f]{2})|(.))/gu, (_all, hex: string | undefined, plain: string) =>
        hex === undefined ? plain : String.fromCodePoint(Number.parseInt(hex, 16)),
      )
      .replaceAll("%%", "%")
      .replaceAll("$$", "$"),
  );
  expect(read).toEqual(["/usr/bin/node", ...words]);
  expect(unit.split("\n").every((text) => /^(?:\[|#|[A-Z]\w+=|$)/u.test(text))).toBe(true);
  expect(unit).toContain('Environment="HOME=/home/%%u \\"x\\""');
  expect(unit).toContain("Restart=on-failure");
  expect(unit).not.toContain("PATH=");
});

test("a node that systemd cannot start is refused in a sentence", () => {
  for (const node of ['/a"b/node', "/a'b/node", "/a\\b/node", "/a\nb/node", "node"]) {
    expect(() => systemdUnit(specOf(node, "x.js"))).toThrow("systemd cannot start");
  }
});

test("a parser of property lists reads the launch agent back", () => {
  const argv = ["/n/node", `/m/${nasty}\n\r\t.js`, "serve"];
  expect(parse(launchAgent(specOf(argv[0] ?? "", ...argv.slice(1))))).toEqual({
    Label: "dev.fairlead.fairlead",
    ProgramArguments: argv,
    EnvironmentVariables: specOf("").environment,
    RunAtLoad: true,
    KeepAlive: { SuccessfulExit: false },
    ProcessType: "Interactive",
    ExitTimeOut: 90,
    StandardOutPath: `/logs/${nasty}`,
    StandardErrorPath: `/logs/${nasty}`,
  });
  expect(() => launchAgent(specOf("/n/node", "a\u0007b"))).toThrow("control characters");
});

test("systemd's own reader of desktop entries starts the words that were meant", () => {
  const generator = ["/usr/lib", "/lib"]
    .map((lib) => `${lib}/systemd/user-generators/systemd-xdg-autostart-generator`)
    .find((path) => existsSync(path));
  if (!has(generator ?? "systemd-xdg-autostart-generator") || generator === undefined) return;
  mkdirSync(join(folder, "autostart"));
  // It does not read a % in the path of the program, nor escapes with a backslash.
  const node = nodeIn("n é");
  const words = [`/m/a b %h 100% 'q' ; & <x> #é.js`, "serve"];
  const spec = { ...specOf(node, ...words), environment: { HOME: "/h", SHELL: "/bin/sh" } };
  writeFileSync(join(folder, "autostart", "fairlead.desktop"), desktopEntry(spec));
  execFileSync(generator, [folder, folder, folder], {
    env: { ...process.env, XDG_CONFIG_HOME: folder, XDG_CONFIG_DIRS: folder },
  });
  const unit = readFileSync(join(folder, "app-fairlead@autostart.service"), "utf8");
  const line = /^ExecStart=:?(.*)$/mu.exec(unit)?.[1] ?? "";
  const read = [...line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/gu)].map(
    ([, word, plain = ""]) =>
      word?.replaceAll(/\\(.)/gu, "$1").replaceAll("%%", "%") ?? plain.replaceAll("%%", "%"),
  );
  expect(read).toEqual([node, ...words]);
});

test("a desktop entry follows the rules of its format, and sets what the session lacks", () => {
  const spec = specOf("/n/node", `/m/${nasty}\n.js`);
  const entry = new Map(
    desktopEntry(spec)
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#") && line !== "[Desktop Entry]")
      .map((line) => {
        const [key = "", ...value] = line.split("=");
        return [key, value.join("=")];
      }),
  );
  expect(entry.get("Type")).toBe("Application");
  const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", "\\": "\\" };
  const value = (entry.get("Exec") ?? "").replaceAll(
    /\\(.)/gu,
    (_all, letter: string) => escapes[letter] ?? "?",
  );
  const words = [...value.matchAll(/"((?:[^"`$\\]|\\["`$\\])*)"(?: |$)/gu)];
  expect(words.map(([all]) => all).join("")).toBe(value);
  expect(
    words.map(([, word = ""]) => word.replaceAll(/\\(.)/gu, "$1").replaceAll("%%", "%")),
  ).toEqual(["/usr/bin/env", "XDG_STATE_HOME=/s $t\\u", ...spec.argv]);
  expect(() => desktopEntry(specOf("/a=b/node"))).toThrow('without "="');
});

test("the script for Windows starts node without a window, with the words that were meant", () => {
  const node = "C:\\Program Files\\nodejs\\node.exe";
  const script = startupScript(specOf(node, "C:\\Users\\Zoë\\100%TEMP%\\main.js", "serve", "D:\\"));
  expect(script).toContain(
    'shell.Run """C:\\Program Files\\nodejs\\node.exe"" ' +
      '""C:\\Users\\Zoë\\100%FAIRLEAD_PERCENT%TEMP%FAIRLEAD_PERCENT%\\main.js"" ' +
      '""serve"" ""D:\\\\""", 0, False\r\n',
  );
  expect(script).toContain('("FAIRLEAD_PERCENT") = "%"');
  expect(startupScript(specOf(node, "main.js"))).not.toContain("PERCENT");
  expect(startupBytes("é").toString("hex")).toBe("fffee900");
  expect(() => startupScript(specOf(node, "a\nb"))).toThrow("control characters");
});

test("PATH and what is empty or relative are not kept", () => {
  const env = { PATH: "/bin", HOME: "/h", SHELL: "", XDG_STATE_HOME: "state" };
  expect(environmentOf(env)).toEqual({ HOME: "/h" });
});
