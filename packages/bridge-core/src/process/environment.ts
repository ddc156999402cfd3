import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import type { BridgeHost } from "../adapter.ts";
import { messageOf } from "../errors.ts";

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
  /** Absolute path. Default: `SHELL` of `base`. Null or missing = no shell is asked. */
  readonly shell?: string | null;
  /** Default 3000. */
  readonly timeoutMs?: number;
  /** How long an answer is kept. Default five minutes. */
  readonly maxAgeMs?: number;
}

function ownEnvironment(): Environment {
  const entries = Object.entries(process.env);
  return Object.fromEntries(entries.filter((e): e is [string, string] => e[1] !== undefined));
}

/**
 * Asks the user's login shell, once per folder and `maxAgeMs`. A daemon started by the system lacks
 * what the user's profile sets. When the shell fails or takes too long, the answer is `base`, and
 * one warning is logged.
 */
export function loginShellEnvironment(options: LoginShellOptions): EnvironmentResolver {
  const { log, base = ownEnvironment(), timeoutMs = 3000, maxAgeMs = 300_000 } = options;
  const shell = options.shell === undefined ? base["SHELL"] : options.shell;
  const cache = new Map<
    string | null,
    { readonly atMs: number; readonly answer: Promise<Environment> }
  >();
  let warned = false;
  const ask = async (cwd: string | null): Promise<Environment> => {
    if (shell === undefined || shell === null || shell === "") return base;
    try {
      return await askShell({ shell, cwd, base, timeoutMs });
    } catch (error) {
      if (!warned) {
        warned = true;
        log(
          "warn",
          `agents get the daemon's own environment, because ${shell} ${messageOf(error)}`,
        );
      }
      return base;
    }
  };
  return (cwd) => {
    const nowMs = performance.now();
    for (const [folder, { atMs }] of cache) if (nowMs - atMs > maxAgeMs) cache.delete(folder);
    const known = cache.get(cwd)?.answer;
    if (known !== undefined) return known;
    const answer = ask(cwd);
    cache.set(cwd, { atMs: nowMs, answer });
    return answer;
  };
}

interface ShellQuestion {
  readonly shell: string;
  readonly cwd: string | null;
  readonly base: Environment;
  readonly timeoutMs: number;
}

/** Profiles may print; what counts lies between two of these. */
const marker = "fairlead-environment";

async function askShell({ shell, cwd, base, timeoutMs }: ShellQuestion): Promise<Environment> {
  const interactive = ["bash", "zsh"].includes(path.basename(shell));
  const child = spawn(
    shell,
    [interactive ? "-lic" : "-lc", `printf '%s\\0' ${marker}; env -0; printf '%s\\0' ${marker}`],
    {
      cwd: cwd !== null && existsSync(cwd) ? cwd : undefined,
      env: base,
      stdio: ["ignore", "pipe", "ignore"],
      detached: true,
    },
  );
  let timer: NodeJS.Timeout | undefined;
  try {
    const output = await new Promise<string>((resolve, reject) => {
      let bytes: Buffer = Buffer.alloc(0);
      timer = setTimeout(
        () => reject(new Error(`did not answer within ${timeoutMs} ms`)),
        timeoutMs,
      );
      child.on("error", (error) => reject(new Error(`cannot be started: ${error.message}`)));
      child.stdout.on("data", (chunk: Buffer) => {
        bytes = Buffer.concat([bytes, chunk]);
        // Not the end of the pipe: what a profile starts in the background may hold it open.
        if (bytes.indexOf(marker) !== bytes.lastIndexOf(`${marker}\0`))
          resolve(bytes.toString("utf8"));
      });
      child.stdout.on("end", () => reject(new Error("printed no environment")));
    });
    return readEnvironment(output);
  } finally {
    clearTimeout(timer);
    killGroup(child.pid);
  }
}

function readEnvironment(output: string): Environment {
  const pairs = (output.split(`${marker}\0`)[1] ?? "").split("\0");
  const environment = Object.fromEntries(
    pairs
      .filter((pair) => pair.indexOf("=") > 0)
      .map((pair): [string, string] => {
        const split = pair.indexOf("=");
        return [pair.slice(0, split), pair.slice(split + 1)];
      }),
  );
  if (environment["PATH"] === undefined) throw new Error("printed an environment without PATH");
  // The shell's own book-keeping, not the user's.
  for (const name of ["_", "SHLVL", "PWD", "OLDPWD"]) delete environment[name];
  return environment;
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Gone already.
  }
}
