import { describe, expect, test } from "vitest";
import { type PathSource, maxSocketNameLength, pathsOf } from "../../src/config/paths.ts";

const linux: PathSource = {
  env: {},
  platform: "linux",
  homedir: "/home/ada",
  tmpdir: "/tmp",
  cwd: "/home/ada/project",
  uid: 1000,
};
const mac: PathSource = {
  ...linux,
  platform: "darwin",
  homedir: "/Users/ada",
  tmpdir: "/var/folders/zz/zyxvpxvq6csfxvn_n0000000000000/T",
  uid: 501,
};
const windows: PathSource = {
  env: {
    APPDATA: "C:\\Users\\Ada\\AppData\\Roaming",
    LOCALAPPDATA: "C:\\Users\\Ada\\AppData\\Local",
  },
  platform: "win32",
  homedir: "C:\\Users\\Ada",
  tmpdir: "C:\\Users\\Ada\\AppData\\Local\\Temp",
  cwd: "C:\\Users\\Ada",
  uid: null,
};
const longHome = `/home/${"a-very-long-name/".repeat(12)}ada`;
const longestName = "x".repeat(maxSocketNameLength);

describe("folders", () => {
  test("of Linux are those of XDG", () => {
    expect(pathsOf(linux)).toMatchObject({
      configFile: "/home/ada/.config/fairlead/host.toml",
      data: "/home/ada/.local/share/fairlead",
      state: "/home/ada/.local/state/fairlead",
      logs: "/home/ada/.local/state/fairlead/logs",
      pidFile: "/home/ada/.local/state/fairlead/daemon.pid",
    });
  });

  test("of Linux follow the variables, unless they are relative", () => {
    const env = {
      XDG_CONFIG_HOME: "/c",
      XDG_DATA_HOME: "here",
      XDG_STATE_HOME: "",
    };
    expect(pathsOf({ ...linux, env })).toMatchObject({
      config: "/c/fairlead",
      data: "/home/ada/.local/share/fairlead",
      state: "/home/ada/.local/state/fairlead",
    });
  });

  test("of macOS lie in the library", () => {
    expect(pathsOf({ ...mac, env: { XDG_CONFIG_HOME: "/c" } })).toMatchObject({
      configFile: "/Users/ada/Library/Application Support/Fairlead/host.toml",
      state: "/Users/ada/Library/Application Support/Fairlead/state",
      logs: "/Users/ada/Library/Logs/Fairlead",
    });
  });

  test("of Windows lie in AppData", () => {
    expect(pathsOf(windows)).toMatchObject({
      configFile: "C:\\Users\\Ada\\AppData\\Roaming\\Fairlead\\host.toml",
      data: "C:\\Users\\Ada\\AppData\\Local\\Fairlead\\data",
      logs: "C:\\Users\\Ada\\AppData\\Local\\Fairlead\\logs",
    });
    expect(pathsOf({ ...windows, env: {} })).toEqual(
      expect.objectContaining({ config: "C:\\Users\\Ada\\AppData\\Roaming\\Fairlead" }),
    );
  });

  test("all lie in the one that is given, or in FAIRLEAD_HOME", () => {
    const paths = pathsOf({ ...linux, home: "fair" });
    expect(paths).toMatchObject({
      configFile: "/home/ada/project/fair/host.toml",
      data: "/home/ada/project/fair",
      state: "/home/ada/project/fair/state",
      logs: "/home/ada/project/fair/logs",
    });
    expect(paths.socket("claude")).toBe("/home/ada/project/fair/run/claude.sock");
    expect(paths.agentData("claude.work")).toBe("/home/ada/project/fair/agents/claude.work");
    const env = { FAIRLEAD_HOME: "/f" };
    expect(pathsOf({ ...linux, env }).config).toBe("/f");
    expect(pathsOf({ ...linux, env, home: "/g" }).config).toBe("/g");
    expect(pathsOf({ ...linux, env: { FAIRLEAD_HOME: "" } }).config).toBe(
      "/home/ada/.config/fairlead",
    );
  });
});

describe("sockets", () => {
  test("lie in the state folder, whatever the variables of a terminal say", () => {
    const env = { XDG_RUNTIME_DIR: "/run/user/1000" };
    expect(pathsOf({ ...linux, env }).socket("claude")).toBe(
      "/home/ada/.local/state/fairlead/run/claude.sock",
    );
  });

  test.each([
    ["Linux", { ...linux, homedir: longHome }, 107],
    [
      "Linux with a runtime folder",
      { ...linux, homedir: longHome, env: { XDG_RUNTIME_DIR: "/run/user/1000" } },
      107,
    ],
    ["macOS", { ...mac, homedir: longHome }, 103],
    ["a given folder", { ...linux, home: longHome }, 107],
    ["a temporary folder that is long too", { ...linux, homedir: longHome, tmpdir: longHome }, 107],
    ["a home in other letters", { ...linux, homedir: `/home/${"ü".repeat(40)}` }, 107],
  ])("fit the system's limit in a home as long as can be: %s", (_name, source, limit) => {
    const { socket, sockets } = pathsOf(source);
    expect(Buffer.byteLength(socket(longestName))).toBeLessThanOrEqual(limit);
    expect(sockets).not.toContain("very-long");
  });

  test("use the runtime folder before the temporary one, and only when it is absolute", () => {
    const long = { ...linux, homedir: longHome };
    const runtime = (value: string): string =>
      pathsOf({ ...long, env: { XDG_RUNTIME_DIR: value } }).socket("a");
    expect(runtime("/run/user/1000")).toMatch(
      /^\/run\/user\/1000\/fairlead-[0-9a-f]{12}\/a\.sock$/u,
    );
    expect(runtime("run")).toMatch(/^\/tmp\/fairlead-1000-[0-9a-f]{12}\/a\.sock$/u);
  });

  test("of two homes and of two users never meet", () => {
    const at = (source: Partial<PathSource>): string =>
      pathsOf({ ...linux, homedir: longHome, ...source }).socket("a");
    expect(new Set([at({}), at({ homedir: `${longHome}2` }), at({ uid: 1001 })]).size).toBe(3);
  });

  test("are named pipes on Windows, where upper case means nothing", () => {
    const { socket, sockets } = pathsOf(windows);
    expect(sockets).toBeNull();
    expect(socket("claude")).toMatch(/^\\\\\.\\pipe\\fairlead-[0-9a-f]{12}-claude$/u);
    const shouting = { LOCALAPPDATA: "C:\\USERS\\ADA\\AppData\\Local" };
    expect(pathsOf({ ...windows, env: shouting }).socket("claude")).toBe(socket("claude"));
  });
});
