import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { claudeAgentAcp, codexAcp, gemini } from "./acp-recipes.ts";
import { pipHermes } from "./hermes-recipe.ts";
import { npmInstall } from "./npm-install.ts";
import { installedPi, unpackedPi } from "./pi-recipe.ts";
import { platformOf } from "./platform.ts";
import type { Recipe } from "./recipe.ts";

const run = promisify(execFile);

const versionTimeoutMs = 30_000;

/** The real agents that tests and recorders can have. */
export type AgentName =
  | "codex"
  | "claude"
  | "pi"
  | "pi-0.87"
  | "pi-0.73"
  | "opencode"
  | "droid"
  | "amp"
  | "hermes"
  | "gemini"
  | "codex-acp"
  | "claude-agent-acp";

/** What became of an installation. */
export type InstalledAgent<Name extends AgentName = AgentName> =
  | {
      readonly ok: true;
      readonly name: Name;
      readonly version: string;
      /** Absolute path of the agent's program; its file name is the agent's command. */
      readonly command: string;
    }
  | { readonly ok: false; readonly reason: string };

/** The versions everything is recorded with and tested against. */
const recipes: Readonly<Record<AgentName, Recipe>> = {
  codex: {
    package: "@openai/codex",
    version: "0.169.0",
    packages: () => ["@openai/codex@0.169.0"],
    program: ({ id, triple, suffix }) =>
      join("node_modules", "@openai", `codex-${id}`, "vendor", triple, "bin", `codex${suffix}`),
  },
  claude: {
    package: "@anthropic-ai/claude-code",
    version: "2.1.329",
    packages: () => ["@anthropic-ai/claude-code@2.1.329"],
    // The package's own `bin` needs its install script; the platform's package does not.
    program: ({ id, suffix }) =>
      join("node_modules", "@anthropic-ai", `claude-code-${id}`, `claude${suffix}`),
  },
  pi: unpackedPi("@earendil-works/pi-coding-agent", "1.5.2"),
  "pi-0.87": installedPi("@earendil-works/pi-coding-agent", "0.87.1", ["dist", "bundle", "cli.js"]),
  "pi-0.73": installedPi("@mariozechner/pi-coding-agent", "0.73.1", ["dist", "cli.js"]),
  opencode: {
    package: "opencode-ai",
    version: "1.18.33",
    packages: (platform) => [`opencode-${platform.idWith("windows")}@1.18.33`],
    program: (platform) =>
      join(
        "node_modules",
        `opencode-${platform.idWith("windows")}`,
        "bin",
        `opencode${platform.suffix}`,
      ),
  },
  droid: {
    package: "droid",
    version: "0.215.0",
    // The package's own `bin` needs its install script; the platform's package does not.
    packages: ({ id }) => [`@factory/cli-${id}@0.215.0`],
    program: ({ id, suffix }) =>
      join("node_modules", "@factory", `cli-${id}`, "bin", `droid${suffix}`),
  },
  amp: {
    package: "@ampcode/cli",
    version: "0.0.1790142911-g7618fb",
    // The package's own `bin` needs its install script; the platform's package does not.
    packages: ({ id }) => [`@ampcode/cli-${id}@0.0.1790142911-g7618fb`],
    program: ({ id, suffix }) => join("node_modules", "@ampcode", `cli-${id}`, `amp${suffix}`),
  },
  hermes: pipHermes("0.17.0"),
  gemini,
  "codex-acp": codexAcp,
  "claude-agent-acp": claudeAgentAcp,
};

/** The version of an agent that {@link installAgent} installs. */
export function agentVersion(name: AgentName): string {
  return recipes[name].version;
}

/**
 * Installs the pinned version of a real agent into the cache folder, unless it is there
 * already, and checks that it runs. Never rejects: `reason` says what is missing.
 */
export async function installAgent<Name extends AgentName>(
  name: Name,
): Promise<InstalledAgent<Name>> {
  const recipe = recipes[name];
  const id = `${process.platform}-${process.arch}`;
  const platform = platformOf(id);
  if (platform === undefined) {
    return { ok: false, reason: `${recipe.package} has no build for ${id}` };
  }
  try {
    const called = `${name}-${recipe.version}`;
    const folder =
      (await recipe.install?.(called, platform)) ??
      (await npmInstall(called, recipe.packages(platform), {
        finish: async (partial) => recipe.finish?.(partial, platform),
      }));
    const command = join(folder, recipe.program(platform));
    const tells = recipe.tellsVersion ?? true;
    const told = await sayingOf(command, tells ? "--version" : "--help");
    if (!tells || told.includes(recipe.version)) {
      return { ok: true, name, version: recipe.version, command };
    }
    return { ok: false, reason: `${command} is not ${recipe.version} but ${told}` };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { ok: false, reason: `${recipe.package}@${recipe.version}: ${detail}` };
  }
}

/** Some agents make folders in their home even then, so they get one of their own. */
async function sayingOf(command: string, flag: string): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), "fairlead-version-"));
  try {
    const env = {
      ...process.env,
      HOME: home,
      USERPROFILE: home,
      XDG_CACHE_HOME: home,
      XDG_CONFIG_HOME: home,
      XDG_DATA_HOME: home,
      XDG_STATE_HOME: home,
    };
    const { stdout, stderr } = await run(command, [flag], {
      env,
      timeout: versionTimeoutMs,
      shell: command.endsWith(".cmd"),
    });
    // Pi 0.73 answers on the other stream.
    return `${stdout} ${stderr}`.trim();
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
