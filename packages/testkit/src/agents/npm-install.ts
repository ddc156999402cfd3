import { execFile } from "node:child_process";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { installedFolder } from "./agents-folder.ts";

const run = promisify(execFile);

/** Packages of several hundred megabytes over a slow line. */
const installTimeoutMs = 15 * 60_000;

/** What {@link npmInstall} does beyond installing. */
export interface NpmInstallOptions {
  /** More flags for npm. */
  readonly flags?: readonly string[];
  /** Runs in the folder npm has worked in, before it gets its name. */
  readonly finish?: (folder: string) => Promise<void>;
}

/**
 * Installs packages into a folder of that name below {@link agentsFolder} and returns the folder.
 * It appears whole or not at all: npm works in a folder of its own that is then renamed, so
 * processes that install at the same time do not disturb each other. Install scripts do not run.
 * Rejects with npm's last words when it fails.
 */
export function npmInstall(
  name: string,
  packages: readonly string[],
  options: NpmInstallOptions = {},
): Promise<string> {
  return installedFolder(name, async (partial) => {
    await runNpm([
      "install",
      "--prefix",
      partial,
      "--no-audit",
      "--no-fund",
      "--ignore-scripts",
      "--loglevel=error",
      ...(options.flags ?? []),
      ...packages,
    ]);
    await options.finish?.(partial);
  });
}

/**
 * Unpacks a package as it was published, without its dependencies, into `package` in a folder.
 * Rejects with npm's last words when it fails.
 */
export async function npmUnpack(spec: string, folder: string): Promise<void> {
  await runNpm(["pack", spec, "--pack-destination", folder, "--loglevel=error"]);
  const packed = (await readdir(folder)).find((file) => file.endsWith(".tgz"));
  if (packed === undefined) throw new Error(`npm packed ${spec} without leaving a file`);
  // Every system has a tar, and all of them take a bare name; Node has none.
  await run("tar", ["-xzf", packed], { cwd: folder });
  await rm(join(folder, packed));
}

async function runNpm(parameters: readonly string[]): Promise<void> {
  try {
    // On Windows npm is a .cmd file, which only a shell can start.
    await run("npm", parameters, {
      timeout: installTimeoutMs,
      shell: process.platform === "win32",
    });
  } catch (error) {
    const stderr = error instanceof Error && "stderr" in error ? String(error.stderr) : "";
    const lines = stderr.split("\n").filter((line) => line.startsWith("npm error"));
    const detail = lines.slice(0, 4).join("; ") || String(error);
    throw new Error(`npm could not install it: ${detail}`, { cause: error });
  }
}
