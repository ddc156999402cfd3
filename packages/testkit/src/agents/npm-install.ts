import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { access, mkdir, readdir, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Packages of several hundred megabytes over a slow line. */
const installTimeoutMs = 15 * 60_000;

/**
 * The folder that holds what is installed on demand: `FAIRLEAD_AGENTS_DIR`, else
 * `fairlead/agents` in the user's cache folder.
 */
export function agentsFolder(
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const chosen = env["FAIRLEAD_AGENTS_DIR"];
  if (chosen !== undefined && chosen !== "") return chosen;
  return join(cacheFolder(env, platform), "fairlead", "agents");
}

function cacheFolder(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): string {
  const xdg = env["XDG_CACHE_HOME"];
  if (xdg !== undefined && xdg !== "") return xdg;
  if (platform === "darwin") return join(homedir(), "Library", "Caches");
  if (platform === "win32") {
    return env["LOCALAPPDATA"] ?? join(homedir(), "AppData", "Local");
  }
  return join(homedir(), ".cache");
}

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
export async function npmInstall(
  name: string,
  packages: readonly string[],
  options: NpmInstallOptions = {},
): Promise<string> {
  const folder = join(agentsFolder(), name);
  if (await exists(folder)) return folder;
  const partial = join(agentsFolder(), `.partial-${name}-${randomUUID()}`);
  await mkdir(partial, { recursive: true });
  try {
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
    await rename(partial, folder).catch(async (error: unknown) => {
      // Another process was first; its folder is as good as ours.
      if (!(await exists(folder))) throw error;
    });
    return folder;
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
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

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
