import { homedir, userInfo } from "node:os";
import process from "node:process";
import type { BridgeHost } from "../adapter.ts";
import { messageOf } from "../errors.ts";
import { folderEnvironment, folderStamp, wellKnownFolders } from "./folder-environment.ts";
import type { ProcessGroups } from "./process-groups.ts";
import { shellEnvironment } from "./shell-environment.ts";
import { unwatched } from "./watchdog-program.ts";

/** A complete environment. */
export type Environment = Readonly<Record<string, string>>;

/**
 * Finds the environment a program would have in the user's terminal in this folder. Never rejects.
 */
export type EnvironmentResolver = (cwd: string | null) => Promise<Environment>;

/** Settings of {@link loginShellEnvironment}. */
export interface LoginShellOptions {
  readonly log: BridgeHost["log"];
  /**
   * Environment the shell starts with, and the answer when it fails. Default: that of this process.
   */
  readonly base?: Environment;
  /**
   * Variables that are of this process alone, its secrets above all: no program gets them from it. A
   * user's profile may set them again. Default: none.
   */
  readonly withheld?: readonly string[];
  /**
   * Absolute path; null = no shell is asked. Default: `SHELL` of `base`, else the user's own; none on
   * Windows, and none for a user without a home.
   */
  readonly shell?: string | null;
  /** How long the shell, mise and direnv may each take. Default 3000. */
  readonly timeoutMs?: number;
  /** How long an answer is kept, unless a file that mise or direnv read changes. Default five minutes. */
  readonly maxAgeMs?: number;
  /** Takes charge of the programs that are asked. Default: they are killed behind their answer. */
  readonly groups?: ProcessGroups;
  /** Where mise and direnv are looked for behind the `PATH`. Default: where package managers put them. */
  readonly providerFolders?: readonly string[];
  /** Milliseconds of a clock that nobody sets. Default: that of this process. */
  readonly now?: () => number;
}

/** Time before a shell that failed is asked again. */
const retryMs = 30_000;
/** An answer younger than this is good without looking at files again. */
const freshMs = 1000;

interface Answer {
  readonly atMs: number;
  readonly environment: Promise<Environment>;
  readonly stamp: Promise<string>;
  /** The last look at whether it still holds. */
  check: { readonly atMs: number; readonly holds: Promise<boolean> };
}

/**
 * Asks the user's login shell, then mise, then direnv, once per folder and `maxAgeMs`; callers at the
 * same time share an answer. A daemon started by the system lacks what the user's profile sets. When
 * the shell fails or takes too long, `base` stands in for its answer, one warning is logged, and it
 * is not asked again for half a minute.
 */
export function loginShellEnvironment(options: LoginShellOptions): EnvironmentResolver {
  const { log, timeoutMs = 3000, maxAgeMs = 300_000, groups = null } = options;
  const { now = () => performance.now() } = options;
  const { withheld = [] } = options;
  const own = Object.entries(unwatched(options.base ?? process.env));
  const base = Object.fromEntries(own.filter(([name]) => !withheld.includes(name)));
  const shell = options.shell === undefined ? defaultShell(options.base, base) : options.shell;
  const folders = options.providerFolders ?? wellKnownFolders(base["HOME"]);
  const cache = new Map<string | null, Answer>();
  let failedAtMs: number | null = null;
  let warned = false;

  const askShell = async (cwd: string | null): Promise<Environment> => {
    if (shell === null || shell === "") return base;
    if (failedAtMs !== null && now() - failedAtMs < retryMs) return base;
    try {
      const found = await shellEnvironment(shell, { cwd, env: base, timeoutMs, groups });
      failedAtMs = null;
      return found;
    } catch (error) {
      failedAtMs = now();
      const sentence = `agents get the daemon's own environment, because ${shell} ${messageOf(error)}`;
      if (!warned) log("warn", sentence);
      warned = true;
      return base;
    }
  };
  const ask = async (cwd: string | null): Promise<Environment> => {
    const found = await askShell(cwd);
    const folder = cwd ?? found["HOME"] ?? homedir();
    const question = { cwd: folder, log, folders, timeoutMs, groups };
    return folderEnvironment(found, question).catch(() => found);
  };
  const isGood = async (cwd: string | null, answer: Answer): Promise<boolean> => {
    const nowMs = now();
    if (nowMs - answer.atMs > maxAgeMs) return false;
    const failed = failedAtMs !== null && answer.atMs <= failedAtMs;
    if (failed && nowMs - (failedAtMs ?? 0) > retryMs) return false;
    if (nowMs - answer.check.atMs >= freshMs) {
      const stamps = Promise.all([folderStamp(cwd ?? homedir(), base), answer.stamp]);
      answer.check = { atMs: nowMs, holds: stamps.then(([one, other]) => one === other) };
    }
    return answer.check.holds;
  };
  return async (cwd) => {
    const known = cache.get(cwd);
    if (known !== undefined && (await isGood(cwd, known))) return known.environment;
    // Somebody else may have asked meanwhile.
    const newer = cache.get(cwd);
    if (newer !== undefined && newer !== known) return newer.environment;
    const atMs = now();
    for (const [folder, answer] of cache) if (atMs - answer.atMs > maxAgeMs) cache.delete(folder);
    const stamp = folderStamp(cwd ?? homedir(), base);
    const environment = ask(cwd);
    cache.set(cwd, { atMs, environment, stamp, check: { atMs, holds: Promise.resolve(true) } });
    return environment;
  };
}

function defaultShell(given: Environment | undefined, base: Environment): string | null {
  if (process.platform === "win32" || base["HOME"] === undefined) return null;
  if (base["SHELL"] !== undefined || given !== undefined) return base["SHELL"] ?? null;
  try {
    return userInfo().shell;
  } catch {
    // A user without an entry in the system's list of users.
    return null;
  }
}
