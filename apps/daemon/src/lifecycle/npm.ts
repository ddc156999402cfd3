import { realpathSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, sep } from "node:path";
import { z } from "zod";
import { CommandError } from "../control/command-error.ts";
import type { RunCommand } from "../service/run-command.ts";

const packageName = "@fairlead/daemon";

/** The npm beside node, as far as an upgrade needs it. The registry is the one npm is set up for. */
export interface Npm {
  /** The newest version there is. Rejects with what npm says. */
  newest(): Promise<string>;
  /**
   * Installs a version in place of the one that is run. Rejects with what npm says; what cannot be
   * had, or not wholly, leaves the old one as it is.
   */
  install(version: string, prefix: string): Promise<void>;
}

/** Runs npm without a shell: on Windows it is a script, which only node itself can start so. */
export function npmOf(
  run: RunCommand,
  { platform, execPath }: Pick<NodeJS.Process, "platform" | "execPath"> = process,
): Npm {
  const script = join(dirname(execPath), "node_modules", "npm", "bin", "npm-cli.js");
  const npm = async (...words: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } =
      platform === "win32" ? await run(execPath, [script, ...words]) : await run("npm", words);
    if (code === 0) return stdout;
    const said = stderr.trim().split("\n").slice(0, 8).join("\n") || "it said nothing";
    throw new CommandError("failed", `\`npm ${words.join(" ")}\` failed: ${said}`);
  };
  return {
    async newest() {
      const said = await npm("view", packageName, "version", "--json");
      const version = z.string().safeParse(jsonOf(said));
      if (version.success) return version.data;
      throw new CommandError("failed", `npm does not know the newest version: ${said.trim()}`);
    },
    async install(version, prefix) {
      const into = (folder: string, ...more: readonly string[]): Promise<string> => {
        const how = ["--no-fund", "--no-audit", "--loglevel=error", ...more];
        return npm("install", "--global", "--prefix", folder, ...how, `${packageName}@${version}`);
      };
      // npm takes the old one away before it knows whether the new one is whole. What it has
      // installed once, elsewhere, it has in its cache.
      const trial = await mkdtemp(join(tmpdir(), "fairlead-upgrade-"));
      try {
        await into(trial);
      } finally {
        await rm(trial, { recursive: true, force: true });
      }
      await into(prefix, "--prefer-offline");
    },
  };
}

/**
 * The npm prefix that a program was installed under by `npm i -g`; null = it was installed in another
 * way.
 */
export function prefixOf(
  main: string,
  platform: NodeJS.Platform = process.platform,
): string | null {
  const modules = platform === "win32" ? ["node_modules"] : ["lib", "node_modules"];
  const inside = ["", ...modules, ...packageName.split("/"), ""].join(sep);
  const real = realOf(main);
  const at = real.lastIndexOf(inside);
  return at <= 0 ? null : real.slice(0, at);
}

function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
