import { Command } from "commander";
import { messageOf } from "@fairlead/bridge-core";
import { exitCodeOf } from "../../src/commands/exit-codes.ts";

/** What a command printed, and how it ended. */
export interface Ran {
  readonly out: string;
  readonly err: string;
  readonly code: number;
}

/** Runs a command of `fairlead` in this process. */
export async function runCommand(
  add: (program: Command) => void,
  words: readonly string[],
): Promise<Ran> {
  const program = new Command("fairlead").exitOverride();
  add(program);
  const printed = { stdout: "", stderr: "" };
  const restore = (["stdout", "stderr"] as const).map((name) => {
    const stream = process[name];
    const write = stream.write.bind(stream);
    stream.write = (text: string | Uint8Array): boolean => {
      printed[name] += String(text);
      return true;
    };
    return () => void (stream.write = write);
  });
  try {
    await program.parseAsync(["node", "fairlead", ...words]);
    return { out: printed.stdout, err: printed.stderr, code: 0 };
  } catch (error) {
    return {
      out: printed.stdout,
      err: printed.stderr + messageOf(error),
      code: exitCodeOf(error),
    };
  } finally {
    for (const undo of restore) undo();
  }
}
