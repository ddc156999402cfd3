import { OutputCapture } from "../exec/output-capture.ts";
import { startProcess, timedOutExitCode } from "../exec/running-process.ts";
import type { ProcessGroups } from "../process/process-groups.ts";
import { mayBeInRepository } from "./around.ts";

/** Enough for the file list of a very large repository. */
const maxOutputBytes = 32 * 1024 * 1024;
const timeoutMs = 10_000;

/**
 * Variables of git that say where git is and how the user set it up; all others would point it
 * elsewhere.
 */
const keptVariables = new Set([
  "GIT_CONFIG_GLOBAL",
  "GIT_CONFIG_NOSYSTEM",
  "GIT_CONFIG_SYSTEM",
  "GIT_EXEC_PATH",
]);

/** One setting that beats the repository's and the user's own. */
export type GitSetting = readonly [name: string, value: string];

/**
 * A repository must not be able to make git start a program, write to itself or reach the network.
 */
const safeSettings: readonly GitSetting[] = [
  ["safe.bareRepository", "explicit"],
  ["core.fsmonitor", "false"],
  ["core.hooksPath", "/dev/null"],
  ["core.splitIndex", "false"],
  ["core.untrackedCache", "false"],
  ["core.safecrlf", "false"],
  ["core.quotePath", "false"],
];

const safeVariables = {
  GIT_OPTIONAL_LOCKS: "0",
  GIT_TERMINAL_PROMPT: "0",
  GIT_NO_LAZY_FETCH: "1",
  GIT_ALLOW_PROTOCOL: "none",
  LC_ALL: "C",
};

/** Where git runs. */
export interface GitPlace {
  /** Absolute folder. */
  readonly cwd: string;
  /** The user's environment there. */
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly groups: ProcessGroups;
}

/** What one command needs beside its arguments. */
export interface GitOptions {
  readonly settings?: readonly GitSetting[];
  readonly variables?: Readonly<Record<string, string>>;
  readonly input?: Uint8Array;
  /** More output than this counts as failure. */
  readonly maxBytes?: number;
}

/** Standard output of a git command that came to an end. */
export interface GitResult {
  readonly exitCode: number;
  readonly stdout: string;
}

/**
 * Runs git so that a hostile repository cannot execute anything, write anything or ask anything.
 * Never rejects: null outside a repository, without starting anything, and when git is missing, is
 * aborted, takes longer than ten seconds or writes too much.
 */
export async function runGit(
  place: GitPlace,
  args: readonly string[],
  options: GitOptions = {},
): Promise<GitResult | null> {
  if (!(await mayBeInRepository(place.cwd))) return null;
  const stdout = new OutputCapture(options.maxBytes ?? maxOutputBytes, null);
  try {
    const git = await startProcess({
      argv: ["git", ...args],
      cwd: place.cwd,
      env: gitEnvironment(place.env, options),
      stdin: options.input === undefined ? "none" : "open",
      terminal: null,
      timeoutMs,
      signal: place.signal,
      groups: place.groups,
      onOutput: (stream, chunk) => stream === "stdout" && stdout.accept(chunk),
    });
    if (options.input !== undefined) git.write(options.input);
    git.endInput();
    const { exitCode } = await git.exited;
    const isCutOff = exitCode === timedOutExitCode || exitCode > 128 || stdout.isCapReached;
    return isCutOff ? null : { exitCode, stdout: stdout.text() };
  } catch {
    return null;
  }
}

/** Standard output of a git command that succeeded; null otherwise. */
export async function gitOutput(
  place: GitPlace,
  args: readonly string[],
  options?: GitOptions,
): Promise<string | null> {
  const result = await runGit(place, args, options);
  return result?.exitCode === 0 ? result.stdout : null;
}

function gitEnvironment(
  base: Readonly<Record<string, string>>,
  options: GitOptions,
): Record<string, string> {
  const own = Object.entries(base).filter(
    ([name]) => !name.startsWith("GIT_") || keptVariables.has(name),
  );
  const settings = [...safeSettings, ...(options.settings ?? [])];
  return {
    ...Object.fromEntries(own),
    ...safeVariables,
    ...options.variables,
    GIT_CONFIG_COUNT: String(settings.length),
    ...Object.fromEntries(
      settings.flatMap(([name, value], index) => [
        [`GIT_CONFIG_KEY_${index}`, name],
        [`GIT_CONFIG_VALUE_${index}`, value],
      ]),
    ),
  };
}
