import { isAbsolute, relative } from "node:path";

/** Whether a path is a folder's or lies in it. Both are given with their links resolved. */
export function isWithin(folder: string, path: string): boolean {
  const inside = relative(folder, path);
  return !isAbsolute(inside) && inside.split(/[\\/]/)[0] !== "..";
}

/**
 * The same, and neither hidden nor in something hidden: there stands what decides which programs run
 * (hooks, settings of agents).
 */
export function isPlainWithin(folder: string, path: string): boolean {
  const parts = relative(folder, path).split(/[\\/]/);
  return isWithin(folder, path) && !parts.some((part) => part === "" || part.startsWith("."));
}
