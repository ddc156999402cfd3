import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const repository = fileURLToPath(new URL("../../../../", import.meta.url));

/** The program as it is published. */
export const builtMain: string = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

/** Builds it and all it needs; quick when nothing has changed. Rejects with what the build says. */
export async function build(): Promise<void> {
  const words = [
    "-y",
    "pnpm@10.34.9",
    "exec",
    "turbo",
    "run",
    "build",
    "--filter=@fairlead/daemon...",
  ];
  try {
    await promisify(execFile)("npx", words, { cwd: repository, maxBuffer: 64 * 1024 * 1024 });
  } catch (error) {
    const said = error instanceof Error && "stdout" in error ? String(error.stdout) : String(error);
    throw new Error(`the build failed:\n${said.slice(-4000)}`, { cause: error });
  }
}
