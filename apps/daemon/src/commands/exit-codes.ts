import { messageOf } from "@fairlead/bridge-core/transport";
import { type Command, CommanderError } from "commander";
import { isErrno } from "../config/private-files.ts";
import { CommandError, type CommandFailure } from "../control/command-error.ts";

/** What the exit code of a command means to a script. */
export const exitCodes: Readonly<Record<CommandFailure | "ok", number>> = {
  ok: 0,
  failed: 1,
  usage: 2,
  "not-running": 3,
  refused: 4,
};

/** The exit code of a command that ended with this error. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  return error instanceof CommandError ? exitCodes[error.failure] : exitCodes.failed;
}

/**
 * Runs the program with these words and gives its exit code; a failure is one sentence on stderr.
 * A command that ended otherwise than well without failing has set `process.exitCode`: that counts.
 */
export async function runProgram(program: Command, argv: readonly string[]): Promise<number> {
  throwInsteadOfExit(program);
  process.stdout.off("error", readerHasGone).on("error", readerHasGone);
  try {
    await program.parseAsync([...argv]);
    return Number(process.exitCode ?? exitCodes.ok);
  } catch (error) {
    // Commander has said what is wrong by itself.
    if (!(error instanceof CommanderError)) process.stderr.write(`fairlead: ${messageOf(error)}\n`);
    return exitCodeOf(error);
  }
}

/** Who read what is printed has enough, as `head` does: that is no failure. */
function readerHasGone(error: Error): void {
  if (!isErrno(error, "EPIPE")) throw error;
}

function throwInsteadOfExit(command: Command): void {
  command.exitOverride();
  for (const child of command.commands) throwInsteadOfExit(child);
}
