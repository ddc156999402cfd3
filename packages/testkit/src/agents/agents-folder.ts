import { randomUUID } from "node:crypto";
import { access, mkdir, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

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

/**
 * Makes a folder of that name below {@link agentsFolder} and returns it; one that is there already is taken as it is.
 * It appears whole or not at all: `fill` works in a folder of its own, `partial`, that is then renamed to `folder`, so
 * processes that install at the same time do not disturb each other. Rejects as `fill` does.
 */
export async function installedFolder(
  name: string,
  fill: (partial: string, folder: string) => Promise<void>,
): Promise<string> {
  const folder = join(agentsFolder(), name);
  if (await exists(folder)) return folder;
  const partial = join(agentsFolder(), `.partial-${name}-${randomUUID()}`);
  await mkdir(partial, { recursive: true });
  try {
    await fill(partial, folder);
    await rename(partial, folder).catch(async (error: unknown) => {
      // Another process was first; its folder is as good as ours.
      if (!(await exists(folder))) throw error;
    });
    return folder;
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
