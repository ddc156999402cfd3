import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { firstFile } from "../config/first-file.ts";
import type { HostConfig } from "../config/host-config.ts";
import { findConfig } from "../config/load.ts";
import type { Paths } from "../config/paths.ts";
import { type ReadOptions, readConfig } from "../config/read.ts";
import { remarkLine } from "../config/remark.ts";
import { agentNames } from "../registry.ts";

/** What the meaning of `host.toml` depends on, on this machine. */
export const readOptions: ReadOptions = { agents: agentNames, homedir: homedir() };

/**
 * The configuration for a command that needs no daemon: the file, or the defaults where there is
 * none. Makes nothing. Throws a list of what is wrong with the file.
 */
export async function configOf({ configFile }: Pick<Paths, "configFile">): Promise<HostConfig> {
  const found = existsSync(configFile)
    ? await findConfig(configFile, readOptions)
    : readConfig(firstFile(agentNames), readOptions);
  if (found.ok) return found.config;
  throw new Error(found.problems.map((problem) => remarkLine(configFile, problem)).join("\n"));
}
