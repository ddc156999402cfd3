import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Autostart, autostartOf } from "../../src/service/autostart.ts";
import { type CommandOutcome, commandRunner } from "../../src/service/run-command.ts";

let home = "";
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "fairlead-autostart-"));
});
afterEach(() => rm(home, { recursive: true }));

interface Machine {
  readonly autostart: (node?: string, state?: string) => Autostart;
  /** Every command that was run, in order, as one line each. */
  readonly ran: string[];
  readonly pausesMs: number[];
}

/** A system that answers commands with these codes; 0 to all others. */
function machine(
  platform: NodeJS.Platform,
  codes: Readonly<Record<string, readonly number[]>>,
  env: Readonly<Record<string, string>> = {},
): Machine {
  const ran: string[] = [];
  const pausesMs: number[] = [];
  const asked = new Map<string, number>();
  return {
    ran,
    pausesMs,
    autostart: (node = "/n/node", state = "/state") =>
      autostartOf({
        spec: {
          argv: [node, "/m/main.js", "serve"],
          environment: {},
          stateDir: state,
          logFile: "/logs/start.log",
          stopS: 60,
        },
        platform,
        env,
        homedir: home,
        uid: 501,
        async run(program, words): Promise<CommandOutcome> {
          const line = [program, ...words].join(" ");
          ran.push(line);
          const key = Object.keys(codes).find((start) => line.startsWith(start)) ?? "";
          const nth = asked.get(key) ?? 0;
          asked.set(key, nth + 1);
          const code = codes[key]?.[nth] ?? codes[key]?.at(-1) ?? 0;
          return { code, stdout: "", stderr: code === 0 ? "" : "it said no" };
        },
        sleep: async (ms) => void pausesMs.push(ms),
      }),
  };
}

const noBus = { "systemctl --user show-environment": [1] };
const unitFile = (): string => join(home, ".config", "systemd", "user", "fairlead.service");
const desktopFile = (): string => join(home, ".config", "autostart", "fairlead.desktop");

test("systemd: installed twice is installed once, and removed without a trace", async () => {
  const { autostart, ran } = machine("linux", {});
  expect(await autostart().installed()).toBe(null);
  await autostart().install();
  expect((await autostart().install()).join(" ")).toContain("loginctl enable-linger");
  expect(ran.filter((line) => line.includes("enable --now"))).toHaveLength(2);
  expect(await autostart().installed()).toBe(`systemd (${unitFile()})`);
  expect(await autostart().uninstall()).toBe(true);
  expect(ran).toContain("systemctl --user disable --now fairlead.service");
  expect(ran.at(-1)).toBe("systemctl --user daemon-reload");
  expect(existsSync(unitFile())).toBe(false);
  expect(await autostart().uninstall()).toBe(false);
});

test("systemd: a unit that cannot be enabled is not left behind, an older one is put back", async () => {
  const { autostart } = machine("linux", { "systemctl --user enable": [1, 0, 1] });
  await expect(autostart().install()).rejects.toThrow(
    "`systemctl --user enable --now fairlead.service` failed: it said no",
  );
  expect(existsSync(unitFile())).toBe(false);
  await autostart("/first/node").install();
  await expect(autostart("/second/node").install()).rejects.toThrow("it said no");
  expect(readFileSync(unitFile(), "utf8")).toContain("/first/node");
});

test("systemd: starts what is installed for these places, from where node is now", async () => {
  const { autostart, ran } = machine("linux", {});
  expect(await autostart().start()).toBe(false);
  await autostart().install();
  expect(await autostart("/n/node", "/elsewhere").start()).toBe(false);
  expect(await autostart("/moved/node").start()).toBe(true);
  expect(readFileSync(unitFile(), "utf8")).toContain("/moved/node");
  expect(ran.slice(-3)).toEqual([
    "systemctl --user daemon-reload",
    "systemctl --user reset-failed fairlead.service",
    "systemctl --user start fairlead.service",
  ]);
});

test("systemd: a unit that was disabled is not installed; without the bus the file counts", async () => {
  await machine("linux", {}).autostart().install();
  const disabled = machine("linux", { "systemctl --user is-enabled": [1] });
  expect(await disabled.autostart().installed()).toBe(null);
  const away = machine("linux", noBus);
  expect(await away.autostart().installed()).toContain("systemd");
  expect(await away.autostart().start()).toBe(false);
  expect(await away.autostart().uninstall()).toBe(true);
  expect(away.ran.some((line) => line.includes("disable"))).toBe(false);
});

test("Linux without systemd: the desktop's autostart, or a sentence", async () => {
  const bare = machine("linux", noBus, { XDG_SESSION_TYPE: "tty" });
  await expect(bare.autostart().possible()).rejects.toThrow("There is neither");
  await expect(bare.autostart().install()).rejects.toThrow("have your system run `fairlead serve`");
  expect(readdirSync(home)).toEqual([]);
  const desktop = machine("linux", noBus, { XDG_CURRENT_DESKTOP: "XFCE" });
  await desktop.autostart().possible();
  await desktop.autostart().install();
  expect(await desktop.autostart().installed()).toBe(`desktop (${desktopFile()})`);
  expect(await desktop.autostart().start()).toBe(false);
  await machine("linux", {}).autostart().install();
  expect(existsSync(desktopFile())).toBe(false);
  await desktop.autostart().install();
  expect(await desktop.autostart().uninstall()).toBe(true);
  expect([unitFile(), desktopFile()].filter((file) => existsSync(file))).toEqual([]);
});

test("macOS: the old agent has left before the new one is loaded, and a refusal is tried again", async () => {
  const { autostart, ran, pausesMs } = machine("darwin", {
    "launchctl print": [0, 0, 0, 113],
    "launchctl bootstrap": [5, 5, 0],
  });
  await autostart().install();
  const file = join(home, "Library", "LaunchAgents", "dev.fairlead.fairlead.plist");
  expect(existsSync(file)).toBe(true);
  const target = "gui/501/dev.fairlead.fairlead";
  const bootstrap = `launchctl bootstrap gui/501 ${file}`;
  expect(ran).toEqual([
    `launchctl print ${target}`,
    `launchctl bootout ${target}`,
    `launchctl print ${target}`,
    `launchctl print ${target}`,
    `launchctl print ${target}`,
    `launchctl enable ${target}`,
    bootstrap,
    bootstrap,
    bootstrap,
    `launchctl kickstart ${target}`,
  ]);
  expect(pausesMs).toEqual([250, 250, 500, 1000]);
  expect(await autostart().installed()).toContain(file);
  expect(await autostart().start()).toBe(true);
  expect(await autostart().uninstall()).toBe(true);
  expect(existsSync(file)).toBe(false);
});

test("macOS: an agent that cannot be loaded is said so, after a bounded time", async () => {
  const { autostart, pausesMs } = machine("darwin", {
    "launchctl print": [0],
    "launchctl bootstrap": [5],
  });
  await expect(autostart().install()).rejects.toThrow("`launchctl bootstrap gui/501` failed");
  expect(pausesMs.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(10_000);
  expect(await autostart().installed()).toBe(null);
});

test("Windows: a script in the Startup folder of the user", async () => {
  const { autostart, ran } = machine("win32", {}, { APPDATA: join(home, "Roaming") });
  await autostart().install();
  const folder = ["Microsoft", "Windows", "Start Menu", "Programs", "Startup"];
  const file = join(home, "Roaming", ...folder, "Fairlead.vbs");
  expect(readFileSync(file, "utf16le")).toContain("shell.Run");
  expect(ran).toEqual([`wscript.exe ${file}`]);
  writeFileSync(file, readFileSync(file, "utf16le").replace("/n/node", "/old/node"), "utf16le");
  expect(await autostart().start()).toBe(true);
  expect(readFileSync(file, "utf16le")).toContain("/n/node");
  expect(await autostart().installed()).toContain(file);
  expect(await autostart().uninstall()).toBe(true);
  expect(await autostart().uninstall()).toBe(false);
});

test("a command of the system is run without a shell; one that is missing is no crash", async () => {
  const words = ["-e", "console.log(process.argv[1]); process.exitCode = 7", "$(id) 'x'"];
  expect(await commandRunner(20_000)(process.execPath, words)).toMatchObject({
    code: 7,
    stdout: "$(id) 'x'\n",
  });
  const missing = await commandRunner(20_000)("fairlead-has-no-such-program", []);
  expect(missing.code).toBe(null);
  expect(missing.stderr).toContain("ENOENT");
});
