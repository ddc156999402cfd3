import { StringDecoder } from "node:string_decoder";
import type { ProcessGroups } from "../process/process-groups.ts";
import { OutputCapture } from "./output-capture.ts";
import { startProcess } from "./running-process.ts";

/** Limit codex sets for a user's shell command. */
const defaultTimeoutMs = 60 * 60 * 1000;
const maxKeptBytes = 1024 * 1024;

/** One command line of the user. */
export interface UserShellCommand {
  /** Handed to the user's shell as it is. */
  readonly commandLine: string;
  /** Absolute folder. */
  readonly cwd: string;
  /** The whole environment; `SHELL` names the shell, `/bin/sh` otherwise. */
  readonly env: Readonly<Record<string, string>>;
  /** Ends the command and everything it started. */
  readonly signal: AbortSignal;
  /** Default: one hour. */
  readonly timeoutMs?: number | null;
  /** Receives standard output and error together, as they come; a character is never split. */
  readonly onOutput: (text: string) => void;
  readonly groups: ProcessGroups;
}

/** How a user's command ended. */
export interface UserShellResult {
  /** 124 when its time was up, 128 + signal number when it was killed. */
  readonly exitCode: number;
  /** Standard output and error together, the first MiB of it. */
  readonly output: string;
}

/**
 * Runs a command line with the user's login shell, without input. Called for
 * `thread/shellCommand`. Rejects with an `Error` whose message says why when the shell or the
 * folder is missing, and when `signal` is already aborted.
 */
export async function runUserShell(command: UserShellCommand): Promise<UserShellResult> {
  const kept = new OutputCapture(maxKeptBytes, null);
  const decoders = { stdout: new StringDecoder("utf8"), stderr: new StringDecoder("utf8") };
  const deliver = (text: string): void => {
    if (text !== "") command.onOutput(text);
  };
  const process = await startProcess({
    argv: [command.env["SHELL"] || "/bin/sh", "-lc", command.commandLine],
    cwd: command.cwd,
    env: command.env,
    stdin: "none",
    terminal: null,
    timeoutMs: command.timeoutMs ?? defaultTimeoutMs,
    signal: command.signal,
    groups: command.groups,
    onOutput: (stream, chunk) => {
      kept.accept(chunk);
      deliver(decoders[stream].write(Buffer.from(chunk)));
    },
  });
  const { exitCode } = await process.exited;
  deliver(decoders.stdout.end());
  deliver(decoders.stderr.end());
  return { exitCode, output: kept.text() };
}
