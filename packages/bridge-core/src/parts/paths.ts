import { resolve } from "node:path";

/** A path seen from this folder; none stays none. */
export function pathFrom(folder: string, path: string): string {
  return path === "" ? "" : resolve(folder, path);
}
