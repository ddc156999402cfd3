import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import process from "node:process";
import type { ProcessGroups } from "./process-groups.ts";

/** A program that is started to hear what it prints. */
export interface ProgramQuestion {
  readonly file: string;
  readonly args: readonly string[];
  /** Null or missing on the disk = that of this process. */
  readonly cwd: string | null;
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Takes charge of it while it runs; null = nobody does. */
  readonly groups: ProcessGroups | null;
  /**
   * Whether the answer is whole, before the pipe has ended: what the program leaves in the
   * background may hold it open. `code` is null until the exit.
   */
  readonly isWhole: (output: Buffer, code: number | null) => boolean;
}

const maxOutputBytes = 4 * 1024 * 1024;

/**
 * What the program printed, and its exit code if it has one yet. Rejects with an `Error` that goes
 * on where a sentence begins with the name of the program. Everything it started is killed.
 */
export async function askProgram(
  question: ProgramQuestion,
): Promise<{ readonly output: string; readonly code: number | null }> {
  const { file, args, cwd, env, timeoutMs, groups, isWhole } = question;
  const child = spawn(file, args, {
    cwd: cwd !== null && existsSync(cwd) ? cwd : undefined,
    env: groups?.marked(env) ?? env,
    stdio: ["ignore", "pipe", "ignore"],
    detached: true,
    windowsHide: true,
  });
  if (child.pid !== undefined) groups?.add(child.pid);
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise((resolve, reject) => {
      let bytes: Buffer = Buffer.alloc(0);
      let exitCode: number | null = null;
      let ended = false;
      const look = (): void => {
        if ((ended && exitCode !== null) || isWhole(bytes, exitCode))
          resolve({ output: bytes.toString("utf8"), code: exitCode });
      };
      timer = setTimeout(
        () => reject(new Error(`did not answer within ${timeoutMs} ms`)),
        timeoutMs,
      );
      child.on("error", (error) => reject(new Error(`cannot be started: ${error.message}`)));
      child.on("exit", (code) => {
        exitCode = code ?? -1;
        look();
      });
      child.stdout.on("data", (chunk: Buffer) => {
        bytes = Buffer.concat([bytes, chunk]);
        if (bytes.length > maxOutputBytes) reject(new Error("printed too much"));
        look();
      });
      child.stdout.on("end", () => {
        ended = true;
        look();
      });
    });
  } finally {
    clearTimeout(timer);
    child.stdout.destroy();
    killGroup(child.pid, groups);
  }
}

function killGroup(pid: number | undefined, groups: ProcessGroups | null): void {
  if (pid === undefined) return;
  if (groups !== null) {
    groups.signal(pid, "SIGKILL");
    return;
  }
  try {
    process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
  } catch {
    // Gone already.
  }
}
