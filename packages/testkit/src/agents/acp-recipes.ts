import { join } from "node:path";
import { launcherName, nodePackage, writeLauncher } from "./node-launcher.ts";
import type { Recipe } from "./recipe.ts";

/** Gemini CLI, one bundle of scripts. It may leave before its version has got through the pipe. */
export const gemini: Recipe = {
  ...scripted("gemini", "@google/gemini-cli", "0.61.0", ["bundle", "gemini.js"]),
  tellsVersion: false,
};

/** The adapter between ACP and Claude Code; the package of the platform's Claude comes with it. */
export const claudeAgentAcp: Recipe = scripted(
  "claude-agent-acp",
  "@agentclientprotocol/claude-agent-acp",
  "0.100.0",
  ["dist", "index.js"],
);

/** The adapter between ACP and codex, which it has in itself. */
export const codexAcp: Recipe = {
  package: "@zed-industries/codex-acp",
  version: "0.16.0",
  packages: ({ id }) => [`@zed-industries/codex-acp-${id}@0.16.0`],
  program: ({ id, suffix }) =>
    join("node_modules", "@zed-industries", `codex-acp-${id}`, "bin", `codex-acp${suffix}`),
  tellsVersion: false,
};

/** A package whose program is a script, started with a Node that comes along. */
function scripted(
  command: string,
  name: string,
  version: string,
  script: readonly string[],
): Recipe {
  return {
    package: name,
    version,
    packages: (platform) => [nodePackage(platform), `${name}@${version}`],
    finish: (folder, platform) =>
      writeLauncher(folder, command, platform, ["node_modules", ...name.split("/"), ...script]),
    program: (platform) => launcherName(command, platform),
  };
}
