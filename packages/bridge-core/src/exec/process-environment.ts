import { resolve } from "node:path";
import type { ProcessGroups } from "../process/process-groups.ts";

/**
 * Where and as whom standalone processes run. Supplied by the server that owns the method groups.
 */
export interface ProcessSurroundings {
  /** The user's launch environment of a folder. */
  readonly environment: (cwd: string) => Promise<Readonly<Record<string, string>>>;
  /** Absolute folder used when a request names none; relative folders are resolved against it. */
  readonly defaultCwd: string;
  /** Takes charge of every process, so that none outlives the program. */
  readonly groups: ProcessGroups;
}

/** Changes to an environment; null removes the variable. */
export type EnvironmentChanges = Readonly<Record<string, string | null | undefined>>;

/** The absolute folder a request means. */
export function folderOf(
  surroundings: ProcessSurroundings,
  cwd: string | null | undefined,
): string {
  return resolve(surroundings.defaultCwd, cwd ?? "");
}

/** The environment of a process that runs in `cwd`, with the request's changes. */
export async function environmentOf(
  surroundings: ProcessSurroundings,
  cwd: string,
  changes: EnvironmentChanges | null | undefined,
): Promise<Record<string, string>> {
  const merged = new Map(Object.entries(await surroundings.environment(cwd)));
  for (const [name, value] of Object.entries(changes ?? {})) {
    if (value === null || value === undefined) merged.delete(name);
    else merged.set(name, value);
  }
  return Object.fromEntries(merged);
}
