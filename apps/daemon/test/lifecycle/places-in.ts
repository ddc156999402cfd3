import { join } from "node:path";
import { type Paths, pathsOf } from "../../src/config/paths.ts";

/** The places of a daemon that has everything in this folder, whatever the environment says. */
export function placesIn(folder: string): Paths {
  return pathsOf({
    home: join(folder, "home"),
    env: {},
    platform: process.platform,
    homedir: folder,
    tmpdir: folder,
    cwd: folder,
    uid: process.getuid?.() ?? null,
  });
}
