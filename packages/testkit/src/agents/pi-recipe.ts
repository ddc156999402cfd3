import { npmUnpack } from "./npm-install.ts";
import { launcherName, nodePackage, writeLauncher } from "./node-launcher.ts";
import type { Platform } from "./platform.ts";
import type { Recipe } from "./recipe.ts";

const program = (platform: Platform): string => launcherName("pi", platform);

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
      await writeLauncher(folder, "pi", platform, ["package", "dist", "bundle", "cli.js"]);
    },
    program,
  };
}

/** A version of pi that npm installs with all its dependencies; `cli` is its program. */
export function installedPi(name: string, version: string, cli: readonly string[]): Recipe {
  return {
    package: name,
    version,
    packages: (platform) => [nodePackage(platform), `${name}@${version}`],
    finish: (folder, platform) =>
      writeLauncher(folder, "pi", platform, ["node_modules", ...name.split("/"), ...cli]),
    program,
  };
}
