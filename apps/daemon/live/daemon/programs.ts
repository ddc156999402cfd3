import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";

/** What a command did. */
export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that goes on. */
export interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly exit: Promise<number | null>;
  /** Waits for this on stdout. Rejects with all it printed when it ends without. */
  readonly until: (pattern: RegExp) => Promise<RegExpExecArray>;
}

/** Reads what a program prints, from now on. */
export function follow(child: ChildProcessWithoutNullStreams): Running {
  let stdout = "";
  let stderr = "";
  let isOver = false;
  const decoders = { stdout: new StringDecoder(), stderr: new StringDecoder() };
  child.stdout.on("data", (bytes: Buffer) => (stdout += decoders.stdout.write(bytes)));
  child.stderr.on("data", (bytes: Buffer) => (stderr += decoders.stderr.write(bytes)));
  const exit = once(child, "close").then(([code]: unknown[]) => {
    isOver = true;
    return typeof code === "number" ? code : null;
  });
  return {
    child,
    stdout: () => stdout,
    stderr: () => stderr,
    exit,
    async until(pattern) {
      for (;;) {
        const match = pattern.exec(stdout);
        if (match !== null) return match;
        if (isOver) throw new Error(`it never said ${String(pattern)}: ${stdout}\n${stderr}`);
        await Promise.race([once(child.stdout, "data"), exit]);
      }
    },
  };
}

/** Runs a program to its end. Rejects when it cannot be started, or at the signal. */
export async function runProgram(
  program: string,
  words: readonly string[],
  options: {
    readonly cwd: string;
    readonly env: NodeJS.ProcessEnv;
    readonly signal: AbortSignal;
    readonly uid?: number;
    readonly gid?: number;
  },
): Promise<Ran> {
  const child = spawn(program, words, options);
  child.stdin.end();
  const { exit, stdout, stderr } = follow(child);
  return { code: await exit, stdout: stdout(), stderr: stderr() };
}

/** A process that has ended, and nobody has asked how. */
export function isZombie(pid: number): boolean {
  if (!existsSync("/proc/self/stat")) return false;
  try {
    return execFileSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" }).includes(
      "Z",
    );
  } catch {
    return true;
  }
}
