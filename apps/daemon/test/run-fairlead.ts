import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StringDecoder } from "node:string_decoder";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const tsx = import.meta.resolve("tsx");

/** A place of a test's own: home, data and temporary folder lie in it. */
export interface Sandbox extends AsyncDisposable {
  readonly folder: string;
  /** Starts the program in it. */
  start(args: readonly string[], env?: Readonly<Record<string, string>>): Running;
  /** What the program left in the temporary folder. */
  leftovers(): Promise<readonly string[]>;
}

/** A started program. */
export interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  stdout(): string;
  stderr(): string;
  /** Resolves with the match once stdout has it; rejects when the program ends without. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
  readonly exitCode: Promise<number | null>;
}

/** Makes a sandbox. Dispose ends what runs in it. */
export async function sandbox(): Promise<Sandbox> {
  const folder = await mkdtemp(join(tmpdir(), "fairlead-test-"));
  const temporary = await mkdtemp(join(folder, "t"));
  // The cache of the loader that runs TypeScript: filling it anew takes half of a start.
  const cache = `tsx-${process.getuid?.() ?? 0}`;
  await symlink(join(tmpdir(), cache), join(temporary, cache));
  const running: Running[] = [];
  return {
    folder,
    start(args, env = {}) {
      const child = spawn(
        process.execPath,
        ["--conditions=@fairlead/source", "--import", tsx, main, ...args],
        {
          cwd: folder,
          env: {
            PATH: process.env["PATH"],
            HOME: folder,
            FAIRLEAD_HOME: join(folder, "data"),
            TMPDIR: temporary,
            // No login shell, which would put the PATH of this machine's profile in place of this one.
            SHELL: "",
            ...env,
          },
        },
      );
      const one = follow(child);
      running.push(one);
      return one;
    },
    // Not ours: the cache of the loader that runs TypeScript.
    leftovers: async () => (await readdir(temporary)).filter((name) => !name.startsWith("tsx-")),
    async [Symbol.asyncDispose]() {
      for (const { child, exitCode } of running) {
        child.kill("SIGTERM");
        await exitCode;
      }
      await rm(folder, { recursive: true });
    },
  };
}

function follow(child: ChildProcessWithoutNullStreams): Running {
  let stdout = "";
  let stderr = "";
  const decoders = { stdout: new StringDecoder(), stderr: new StringDecoder() };
  child.stdout.on("data", (bytes: Buffer) => (stdout += decoders.stdout.write(bytes)));
  child.stderr.on("data", (bytes: Buffer) => (stderr += decoders.stderr.write(bytes)));
  const exitCode = once(child, "close").then(([code]: unknown[]) =>
    typeof code === "number" ? code : null,
  );
  let over = false;
  void exitCode.then(() => (over = true));
  return {
    child,
    stdout: () => stdout,
    stderr: () => stderr,
    exitCode,
    async until(pattern) {
      for (;;) {
        const match = pattern.exec(stdout);
        if (match !== null) return match;
        if (over) throw new Error(`it ended without ${String(pattern)}:\n${stdout}\n${stderr}`);
        await Promise.race([once(child.stdout, "data"), exitCode]);
      }
    },
  };
}
