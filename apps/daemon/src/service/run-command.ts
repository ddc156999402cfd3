import { execFile } from "node:child_process";

const maxOutputBytes = 1024 * 1024;

/** What became of a command of the system. */
export interface CommandOutcome {
  /** Null: it could not be started, was killed, or took too long. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command of the system, without a shell. Never rejects. */
export type RunCommand = (program: string, words: readonly string[]) => Promise<CommandOutcome>;

/** Runs them really, each for at most this long. */
export function commandRunner(timeoutMs: number): RunCommand {
  return (program, words) =>
    new Promise((resolve) => {
      const options = { timeout: timeoutMs, maxBuffer: maxOutputBytes, windowsHide: true };
      execFile(program, words, options, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : null;
        resolve({ code, stdout, stderr: stderr === "" && error !== null ? error.message : stderr });
      });
    });
}
