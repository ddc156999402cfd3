import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** A path seen from this folder; none stays none. */
export function pathFrom(folder: string, path: string): string {
  return path === "" ? "" : resolve(folder, path);
}

/** The path that a `file:` address names; null for any other, and for one on another machine. */
export function pathOfUri(uri: string): string | null {
  try {
    return fileURLToPath(uri);
  } catch {
    return null;
  }
}
