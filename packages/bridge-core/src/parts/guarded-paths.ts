import { isAbsolute, relative } from "node:path";

/**
 * Whether a path lies in a folder, and neither is hidden nor lies in something hidden: there stands
 * what decides which programs run (hooks, settings of agents). Both are given with their links
 * resolved.
 */
export function isPlainWithin(folder: string, path: string): boolean {
  const inside = relative(folder, path);
  if (inside === "" || isAbsolute(inside)) return false;
  return !inside.split(/[\\/]/).some((part) => part.startsWith("."));
}
