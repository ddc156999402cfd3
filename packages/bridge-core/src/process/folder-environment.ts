import { stat } from "node:fs/promises";
import path from "node:path";
import type { BridgeHost } from "../adapter.ts";
import { messageOf } from "../errors.ts";
import { askProgram, type ProgramQuestion } from "./ask-program.ts";
import type { Environment } from "./environment.ts";
import { resolveProgram } from "./resolve-program.ts";

/** What a program that knows the environment of a folder gets. */
export interface FolderQuestion extends Pick<ProgramQuestion, "timeoutMs" | "groups"> {
  readonly cwd: string;
  readonly log: BridgeHost["log"];
  /** Where they are looked for behind the `PATH`. */
  readonly folders: readonly string[];
}

/**
 * The environment with what mise and then direnv set and remove in a folder. Direnv itself decides
 * whether a folder's `.envrc` is allowed. A program that is missing, fails or takes too long changes
 * nothing; never rejects.
 */
export async function folderEnvironment(
  base: Environment,
  question: FolderQuestion,
): Promise<Environment> {
  const { cwd } = question;
  const tools = await apply(base, "mise", ["env", "--json", "-C", cwd], question);
  // Starting it takes longer than looking whether it has anything to say.
  const isAsked = base["DIRENV_DIFF"] !== undefined || (await direnvFile(cwd)) !== null;
  return isAsked ? apply(tools, "direnv", ["export", "json"], question) : tools;
}

/** Folders where package managers put programs, for a daemon whose `PATH` lacks them. */
export function wellKnownFolders(home: string | undefined): readonly string[] {
  const own = [".local/bin", ".nix-profile/bin", ".cargo/bin"];
  return [
    ...(home === undefined ? [] : own.map((folder) => path.join(home, folder))),
    "/opt/homebrew/bin",
    "/home/linuxbrew/.linuxbrew/bin",
    "/usr/local/bin",
    "/run/current-system/sw/bin",
    "/usr/bin",
  ];
}

const direnvFiles = [".envrc", ".env"];
const miseFiles = [
  "mise.toml",
  "mise.local.toml",
  ".mise.toml",
  ".mise.local.toml",
  ".config/mise.toml",
  ".tool-versions",
];

/**
 * Changes whenever a file changes that mise or direnv read for a folder, or the user allows one.
 */
export async function folderStamp(cwd: string, base: Environment): Promise<string> {
  const home = base["HOME"] ?? cwd;
  const data = base["XDG_DATA_HOME"] ?? path.join(home, ".local/share");
  const state = base["XDG_STATE_HOME"] ?? path.join(home, ".local/state");
  const config = base["XDG_CONFIG_HOME"] ?? path.join(home, ".config");
  const files = [
    path.join(data, "direnv/allow"),
    path.join(state, "mise/trusted-configs"),
    path.join(config, "mise/config.toml"),
    ...parentsOf(cwd).flatMap((folder) =>
      [...direnvFiles, ...miseFiles].map((name) => path.join(folder, name)),
    ),
  ];
  const stamps = await Promise.all(files.map(stampOf));
  return stamps.join("\n");
}

async function direnvFile(cwd: string): Promise<string | null> {
  for (const folder of parentsOf(cwd)) {
    for (const name of direnvFiles) {
      const file = path.join(folder, name);
      if ((await stampOf(file)) !== "") return file;
    }
  }
  return null;
}

async function stampOf(file: string): Promise<string> {
  const found = await stat(file).catch(() => null);
  return found === null ? "" : `${file} ${found.size} ${found.mtimeMs}`;
}

function parentsOf(folder: string): string[] {
  const parents = [path.resolve(folder)];
  for (let last = parents[0] ?? ""; path.dirname(last) !== last;) {
    last = path.dirname(last);
    parents.push(last);
  }
  return parents;
}

async function apply(
  environment: Environment,
  name: "mise" | "direnv",
  args: readonly string[],
  { cwd, log, folders, timeoutMs, groups }: FolderQuestion,
): Promise<Environment> {
  const program = await resolveProgram(name, environment, { folders, cwd });
  if ("missing" in program) return environment;
  try {
    const { output, code } = await askProgram({
      ...{ file: program.file, args, cwd, env: environment, timeoutMs, groups },
      isWhole: (bytes, exit) => exit !== null && (exit !== 0 || isJson(bytes)),
    });
    if (code !== 0) throw new Error(`ended with exit code ${String(code)}`);
    return output.trim() === "" ? environment : changed(environment, JSON.parse(output));
  } catch (error) {
    log("debug", `${program.file} ${messageOf(error)}: agents in ${cwd} do without it`);
    return environment;
  }
}

function isJson(bytes: Buffer): boolean {
  try {
    JSON.parse(bytes.toString("utf8"));
    return true;
  } catch {
    return false;
  }
}

function changed(environment: Environment, changes: unknown): Environment {
  if (typeof changes !== "object" || changes === null || Array.isArray(changes))
    throw new Error("printed no object");
  const merged = new Map(Object.entries(environment));
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) merged.delete(name);
    else if (typeof value === "string" && isUsable(name, value)) merged.set(name, value);
  }
  return Object.fromEntries(merged);
}

/** A program could not be started with another. */
function isUsable(name: string, value: string): boolean {
  return name !== "" && !name.includes("=") && !`${name}${value}`.includes("\0");
}
