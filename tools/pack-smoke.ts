/**
 * Installs the packed tarballs of every published package in an empty folder with plain npm, as a
 * user would, then type-checks an import of every public entry, runs a command on a terminal (the
 * one part with native code), the installed `fairlead-conformance` on the recordings in its package
 * and on the demo bridge, and the installed `fairlead`.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly exports: object;
}

function isManifest(value: unknown): value is Manifest {
  return typeof value === "object" && value !== null && "name" in value && "exports" in value;
}

function run(cwd: string, command: string, ...args: readonly string[]): string {
  return execFileSync(command, args, {
    cwd,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    timeout: 120_000,
  });
}

function publishedPackages(): readonly { folder: string; manifest: Manifest }[] {
  const folders = ["packages", "apps"].flatMap((parent) =>
    readdirSync(parent).map((name) => resolve(parent, name)),
  );
  return folders.flatMap((folder) => {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    if (!isManifest(manifest)) throw new Error(`${folder}/package.json has no name or no exports`);
    return manifest.private === true ? [] : [{ folder, manifest }];
  });
}

/** One import per public entry that has types, so that every declaration file is followed. */
function consumerOf(manifests: readonly Manifest[]): string {
  const entries = manifests.flatMap(({ name, exports }) =>
    Object.keys(exports)
      .filter((key) => key !== "./package.json")
      .map((key) => name + key.slice(1)),
  );
  return entries.map((entry) => `import "${entry}";\n`).join("");
}

/** Exits with the code of the command: 0 = it had a terminal. */
const onTerminal = `
import { createAgentServer, memoryPair } from "@fairlead/bridge-core";
import demoBridge from "@fairlead/bridge-demo";
import { CodexClient } from "@fairlead/client";

const [near, far] = memoryPair();
const server = createAgentServer({ bridge: demoBridge, dataDir: null });
server.attach(far);
const client = await CodexClient.connect(near, { clientInfo: { name: "smoke", version: "0" } });
const command = ["sh", "-c", "test -t 0 && test -t 1"];
const { exitCode } = await client.request("command/exec", { command, processId: "1", tty: true });
await client.close();
await server[Symbol.asyncDispose]();
process.exitCode = exitCode;
`;

const folder = mkdtempSync(join(tmpdir(), "fairlead-pack-"));
try {
  const packages = publishedPackages();
  for (const { folder: source } of packages)
    run(source, "pnpm", "pack", "--pack-destination", folder);
  const tarballs = readdirSync(folder).filter((name) => name.endsWith(".tgz"));
  writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }\n');
  run(folder, "npm", "install", "--no-audit", "--no-fund", ...tarballs.map((name) => `./${name}`));

  for (const { manifest } of packages) {
    for (const file of ["README.md", "LICENSE"]) {
      if (existsSync(join(folder, "node_modules", manifest.name, file))) continue;
      throw new Error(`${manifest.name} is published without its ${file}`);
    }
  }

  writeFileSync(join(folder, "consumer.ts"), consumerOf(packages.map(({ manifest }) => manifest)));
  const strict = ["--strict", "--noUncheckedSideEffectImports"];
  const tsc = ["--module", "nodenext", "--target", "es2023", "--noEmit", ...strict, "consumer.ts"];
  const types = ["--typeRoots", resolve("node_modules/@types"), "--types", "node"];
  run(folder, process.execPath, resolve("node_modules/typescript/bin/tsc"), ...tsc, ...types);

  writeFileSync(join(folder, "on-terminal.mjs"), onTerminal);
  run(folder, process.execPath, "on-terminal.mjs");

  const conformance = ["npx", "--no", "--", "fairlead-conformance"] as const;
  const recordings = "node_modules/@fairlead/conformance/transcripts";
  run(folder, ...conformance, "--transcript", recordings, "--profile", "codex");
  const demo = "node_modules/@fairlead/bridge-demo/dist/index.js";
  const fixtures = resolve("packages/bridge-demo/test/conformance");
  run(folder, ...conformance, demo, "--fixtures", fixtures, "--only", "text");

  const version = run(folder, "npx", "--no", "--", "fairlead", "--version").trim();
  process.stdout.write(run(folder, "npx", "--no", "--", "fairlead", "demo"));
  console.log(`pack: ${tarballs.length} tarballs installed with npm; fairlead ${version} runs`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
