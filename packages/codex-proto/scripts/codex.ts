import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** The codex release whose protocol this package describes. */
export const codexVersion = "0.169.0";

/** One surface of the protocol as codex itself wrote it. */
export interface RawSurface {
  /** Folder with one TypeScript file per type, those of the v2 namespace below `v2/`. */
  readonly types: string;
  /** The file with every JSON schema definition. */
  readonly schema: string;
}

/** Both surfaces, in a temporary folder that the caller removes. */
export interface RawSurfaces {
  readonly folder: string;
  readonly stable: RawSurface;
  readonly experimental: RawSurface;
}

/** Installs the pinned codex where it is missing and lets it write both surfaces. */
export async function writeSurfaces(): Promise<RawSurfaces> {
  const codex = await installCodex();
  const folder = await mkdtemp(join(tmpdir(), "fairlead-codex-proto-"));
  return {
    folder,
    stable: await writeSurface(codex, join(folder, "stable"), []),
    experimental: await writeSurface(codex, join(folder, "experimental"), ["--experimental"]),
  };
}

async function writeSurface(codex: string, out: string, flags: string[]): Promise<RawSurface> {
  const types = join(out, "ts");
  const json = join(out, "json");
  await mkdir(types, { recursive: true });
  await mkdir(json, { recursive: true });
  await run(codex, ["app-server", "generate-ts", ...flags, "--out", types]);
  await run(codex, ["app-server", "generate-json-schema", ...flags, "--out", json]);
  return { types, schema: join(json, "codex_app_server_protocol.schemas.json") };
}

async function installCodex(): Promise<string> {
  const cache = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  const agents = process.env["FAIRLEAD_AGENTS_DIR"] ?? join(cache, "fairlead", "agents");
  const folder = join(agents, `codex-${codexVersion}`);
  const codex = join(folder, "node_modules", ".bin", "codex");
  if (!existsSync(codex)) {
    await mkdir(folder, { recursive: true });
    await run("npm", ["install", "--prefix", folder, "--no-save", `@openai/codex@${codexVersion}`]);
  }
  return codex;
}

async function run(program: string, args: string[]): Promise<void> {
  await promisify(execFile)(program, args, { maxBuffer: 16 * 1024 * 1024 });
}
