import path from "node:path";
import type { Environment } from "@fairlead/bridge-core";

/** The machine that codex is looked for on. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  /** Launch environment of the user. */
  readonly env: Environment;
  /** Home of the user, absolute. */
  readonly home: string;
}

const maxCandidates = 128;

/**
 * Every file that may be codex, in the order of preference for equal versions: the user's PATH
 * first, then where installers put it. Nothing is looked up; most do not exist.
 */
export function codexCandidates(machine: Machine): readonly string[] {
  const paths = pathsOf(machine);
  const names = machine.platform === "win32" ? ["codex.exe", "codex.cmd", "codex.bat"] : ["codex"];
  const folders = [...searchPath(machine), ...usualFolders(machine)].filter((folder) =>
    paths.isAbsolute(folder),
  );
  const files = folders.flatMap((folder) => names.map((name) => paths.join(folder, name)));
  return [...new Set(files)].slice(0, maxCandidates);
}

/** The folders of the user's PATH. */
export function searchPath(machine: Machine): readonly string[] {
  const { delimiter } = pathsOf(machine);
  return (variable(machine, "PATH") ?? "").split(delimiter).filter((folder) => folder !== "");
}

/** `CODEX_HOME`, or the folder codex takes without it. */
export function codexHomeOf(machine: Machine): string {
  return variable(machine, "CODEX_HOME") ?? pathsOf(machine).join(machine.home, ".codex");
}

function usualFolders(machine: Machine): readonly string[] {
  const paths = pathsOf(machine);
  const below = (name: string, ...rest: string[]): string[] => {
    const folder = variable(machine, name);
    return folder === undefined ? [] : [paths.join(folder, ...rest)];
  };
  const inHome = (...rest: string[]): string => paths.join(machine.home, ...rest);
  return [
    paths.join(codexHomeOf(machine), "packages", "standalone", "current"),
    inHome(".bun", "bin"),
    inHome(".volta", "bin"),
    inHome(".local", "bin"),
    inHome(".cargo", "bin"),
    ...below("PNPM_HOME"),
    ...below("NVM_BIN"),
    ...below("VOLTA_HOME", "bin"),
    ...below("CARGO_HOME", "bin"),
    ...below("BUN_INSTALL", "bin"),
    ...systemFolders(machine, inHome, below),
  ];
}

function systemFolders(
  { platform }: Machine,
  inHome: (...rest: string[]) => string,
  below: (name: string, ...rest: string[]) => string[],
): readonly string[] {
  const application = ["Applications", "Codex.app", "Contents", "Resources"];
  switch (platform) {
    case "win32":
      return [
        ...below("APPDATA", "npm"),
        ...below("LOCALAPPDATA", "pnpm"),
        ...below("LOCALAPPDATA", "Volta", "bin"),
        ...below("LOCALAPPDATA", "Programs", "codex"),
        ...below("ProgramFiles", "nodejs"),
      ];
    case "darwin":
      return [
        inHome(...application),
        path.posix.join("/", ...application),
        "/opt/homebrew/bin",
        "/usr/local/bin",
        "/usr/bin",
      ];
    default:
      return ["/opt/homebrew/bin", "/usr/local/bin", "/usr/bin"];
  }
}

/** Windows does not tell the case of names apart. */
function variable({ platform, env }: Machine, name: string): string | undefined {
  const key =
    platform === "win32"
      ? Object.keys(env).find((known) => known.toLowerCase() === name.toLowerCase())
      : name;
  return (key === undefined ? undefined : env[key]) || undefined;
}

function pathsOf({ platform }: Machine): path.PlatformPath {
  return platform === "win32" ? path.win32 : path.posix;
}
