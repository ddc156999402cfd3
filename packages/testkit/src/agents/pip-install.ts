import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { installedFolder } from "./agents-folder.ts";

const run = promisify(execFile);

/** Packages of some hundred megabytes over a slow line. */
const installTimeoutMs = 15 * 60_000;
/** An interpreter that does not even tell its version is none. */
const versionTimeoutMs = 10_000;

/** What {@link pipInstall} installs, and with what. */
export interface PipInstallOptions {
  readonly requirements: readonly string[];
  /** Versions of whatever the requirements bring along: `NAME==VERSION`. */
  readonly constraints: readonly string[];
  /** The oldest and the newest Python 3 that the requirements run on: 11 is 3.11. */
  readonly python: { readonly least: number; readonly most: number };
  /** Runs in the virtual environment before it is renamed to `folder`. */
  readonly finish: (partial: string, folder: string) => Promise<void>;
}

/**
 * Installs Python packages into a virtual environment of that name below the folder of the agents and returns its
 * folder, which appears whole or not at all. No package is built, so no script of one runs. Rejects with a sentence
 * when there is no fitting Python, and with pip's last words when it fails.
 */
export function pipInstall(name: string, options: PipInstallOptions): Promise<string> {
  return installedFolder(name, async (partial, folder) => {
    const python = await fittingPython(options.python);
    await runPython(python, ["-m", "venv", partial], "Python could not make a virtual environment");
    const constraints = join(partial, "constraints.txt");
    await writeFile(constraints, options.constraints.map((line) => `${line}\n`).join(""));
    const own =
      process.platform === "win32"
        ? join(partial, "Scripts", "python.exe")
        : join(partial, "bin", "python");
    const words = ["-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--quiet"];
    const limits = ["--only-binary", ":all:", "--constraint", constraints];
    const all = [...words, ...limits, ...options.requirements];
    await runPython(own, all, "pip could not install it");
    await options.finish(partial, folder);
  });
}

/** The command of a Python that fits. Rejects with what there is instead. */
async function fittingPython({ least, most }: PipInstallOptions["python"]): Promise<string> {
  const numbered = Array.from(
    { length: most - least + 1 },
    (_, index) => `python3.${most - index}`,
  );
  const others: string[] = [];
  for (const command of ["python3", "python", ...numbered]) {
    const minor = await minorOf(command);
    if (minor === null) continue;
    if (minor >= least && minor <= most) return command;
    others.push(`${command} is 3.${minor}`);
  }
  const there = others.length === 0 ? "there is none" : others.join(", ");
  throw new Error(`it needs Python 3.${least} to 3.${most} on the PATH: ${there}`);
}

/** The second number of the version of a Python 3; null when it is not there. */
async function minorOf(command: string): Promise<number | null> {
  const script = "import sys; print(*sys.version_info[:2])";
  const told = await run(command, ["-c", script], { timeout: versionTimeoutMs }).catch(() => null);
  const [, minor] = /^3 (\d+)\s*$/.exec(told?.stdout ?? "") ?? [];
  return minor === undefined ? null : Number(minor);
}

async function runPython(
  command: string,
  words: readonly string[],
  failure: string,
): Promise<void> {
  try {
    await run(command, words, { timeout: installTimeoutMs });
  } catch (error) {
    const told = ["stdout", "stderr"].map((stream) =>
      error instanceof Error ? String(Reflect.get(error, stream) ?? "") : "",
    );
    const lines = told.flatMap((text) => text.split("\n")).filter((line) => line.trim() !== "");
    const errors = lines.filter((line) => line.startsWith("ERROR"));
    const detail = (errors.length > 0 ? errors : lines).slice(-3).join("; ") || String(error);
    throw new Error(`${failure}: ${detail}`, { cause: error });
  }
}
