import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "tsup";

/** A bridge as one file each for itself and for the daemon of the suite, which start fast. */
export interface BuiltBridge {
  readonly module: URL;
  readonly daemon: URL;
}

/** Builds a bridge from its source into a folder of this process, for its test. */
export async function builtBridge(source: URL): Promise<BuiltBridge> {
  // What stays outside of the bundle is found from there.
  const modules = fileURLToPath(new URL("../packages/bridge-core/node_modules", import.meta.url));
  const cache = join(modules, ".cache");
  const outDir = join(cache, `built-${process.pid}`);
  removeLeftOvers(cache);
  const daemon = new URL("../packages/conformance/src/suite/daemon-child.ts", import.meta.url);
  await build({
    config: false,
    entry: { bridge: fileURLToPath(source), daemon: fileURLToPath(daemon) },
    outDir,
    format: "esm",
    target: "node20",
    platform: "node",
    // Tsup takes what the root package does not depend on into the bundle.
    external: [/^@lydell\/node-pty/],
    noExternal: [/^(?!@lydell\/node-pty)/],
    splitting: true,
    silent: true,
    dts: false,
    clean: false,
    outExtension: () => ({ js: ".mjs" }),
    banner: {
      js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
    },
    esbuildOptions(options) {
      options.conditions = ["@fairlead/source", "import", "node", "default"];
    },
  });
  return {
    module: pathToFileURL(join(outDir, "bridge.mjs")),
    daemon: pathToFileURL(join(outDir, "daemon.mjs")),
  };
}

/** Test processes are ended without a word: what they built goes when the next one begins. */
function removeLeftOvers(cache: string): void {
  for (const name of existsSync(cache) ? readdirSync(cache) : []) {
    const [, pid] = /^built-(\d+)$/.exec(name) ?? [];
    if (pid === undefined || isAlive(Number(pid))) continue;
    rmSync(join(cache, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
