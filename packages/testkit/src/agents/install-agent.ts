import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { npmInstall } from "./npm-install.ts";

const run = promisify(execFile);

const versionTimeoutMs = 30_000;

/** The real agents that tests and recorders can have. */
export type AgentName = "codex" | "claude";

/** What became of an installation. */
export type InstalledAgent =
  | {
      readonly ok: true;
      readonly name: AgentName;
      readonly version: string;
      /** Absolute path of the agent's native program. */
      readonly command: string;
    }
  | { readonly ok: false; readonly reason: string };

interface Recipe {
  readonly package: string;
  readonly version: string;
  /** Path of the native program below `node_modules`. */
  readonly program: (platform: Platform) => string;
}

interface Platform {
  /** `linux-x64`, `win32-arm64`, … as npm packages are named. */
  readonly id: string;
  readonly triple: string;
  /** `.exe` on Windows. */
  readonly suffix: string;
}

/** The versions everything is recorded with and tested against. */
const recipes: Readonly<Record<AgentName, Recipe>> = {
  codex: {
    package: "@openai/codex",
    version: "0.169.0",
    program: ({ id, triple, suffix }) =>
      join("@openai", `codex-${id}`, "vendor", triple, "bin", `codex${suffix}`),
  },
  claude: {
    package: "@anthropic-ai/claude-code",
    version: "2.1.329",
    // The package's own `bin` needs its install script; the platform's package does not.
    program: ({ id, suffix }) => join("@anthropic-ai", `claude-code-${id}`, `claude${suffix}`),
  },
};

const triples: Readonly<Record<string, string>> = {
  "linux-x64": "x86_64-unknown-linux-musl",
  "linux-arm64": "aarch64-unknown-linux-musl",
  "darwin-x64": "x86_64-apple-darwin",
  "darwin-arm64": "aarch64-apple-darwin",
  "win32-x64": "x86_64-pc-windows-msvc",
  "win32-arm64": "aarch64-pc-windows-msvc",
};

/** The version of an agent that {@link installAgent} installs. */
export function agentVersion(name: AgentName): string {
  return recipes[name].version;
}

/**
 * Installs the pinned version of a real agent from npm into the cache folder, unless it is there
 * already, and checks that it runs. Never rejects: `reason` says what is missing.
 */
export async function installAgent(name: AgentName): Promise<InstalledAgent> {
  const recipe = recipes[name];
  const id = `${process.platform}-${process.arch}`;
  const triple = triples[id];
  if (triple === undefined) {
    return { ok: false, reason: `${recipe.package} has no build for ${id}` };
  }
  const suffix = process.platform === "win32" ? ".exe" : "";
  const program = recipe.program({ id, triple, suffix });
  try {
    const folder = await npmInstall(`${name}-${recipe.version}`, [
      `${recipe.package}@${recipe.version}`,
    ]);
    const command = join(folder, "node_modules", program);
    const { stdout } = await run(command, ["--version"], { timeout: versionTimeoutMs });
    if (stdout.includes(recipe.version)) {
      return { ok: true, name, version: recipe.version, command };
    }
    return { ok: false, reason: `${command} is not ${recipe.version} but ${stdout.trim()}` };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { ok: false, reason: `${recipe.package}@${recipe.version}: ${detail}` };
  }
}
