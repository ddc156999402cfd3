import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCli } from "../src/cli/run-cli.ts";

/** What a run of the command left behind. */
export interface CliRun {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command in this process. */
export async function cli(
  args: readonly string[],
  { isTerminal = false, input = "" }: { isTerminal?: boolean; input?: string } = {},
): Promise<CliRun> {
  let [out, err] = ["", ""];
  const exitCode = await runCli(args, "1.2.3", {
    out: (text) => (out += text),
    err: (text) => (err += text),
    isTerminal,
    readInput: () => Promise.resolve(input),
  });
  return { exitCode, out, err };
}

/** A folder of files that ends with the test. */
export class TemporaryFolder implements Disposable {
  readonly path: string = mkdtempSync(join(tmpdir(), "fairlead-cli-"));

  /** Writes a file and returns its path. */
  write(name: string, text: string): string {
    const file = join(this.path, name);
    writeFileSync(file, text);
    return file;
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
