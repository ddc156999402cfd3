import { homedir } from "node:os";
import { type Paths, ownPathSource, pathsOf } from "../paths.ts";
import { privateFolder } from "../private-files.ts";
import type { ReadOptions } from "../read.ts";
import { callDaemon } from "../../control/client.ts";
import { CommandError, DaemonNotRunning } from "../../control/command-error.ts";
import { type NamedKey, namedKey } from "../named-key.ts";
import { reloadReportOf, reloadSentences } from "../reload.ts";

/** What each `fairlead config` command is called with. */
export interface ConfigCommandOptions {
  readonly dataDir?: string;
  readonly json?: boolean;
  /** Names of the agents there are. */
  readonly agents: readonly string[];
}

/** The file of these options, and how to read it. */
export function placeOf({ dataDir, agents }: ConfigCommandOptions): {
  readonly paths: Paths;
  readonly read: ReadOptions;
} {
  return { paths: pathsOf(ownPathSource(dataDir)), read: { agents, homedir: homedir() } };
}

/** The key of a name. Throws a {@link CommandError} for one that does not exist. */
export function keyFor(name: string, { agents }: ConfigCommandOptions): NamedKey {
  const key = namedKey(name, agents);
  if (typeof key !== "string") return key;
  throw new CommandError("usage", key.endsWith("?") ? key : `${key}.`);
}

/** Folder of drafts. Private: they may hold secrets. */
export async function draftFolder({ state }: Paths): Promise<string> {
  await privateFolder(state);
  return state;
}

/** Has a running daemon take the file over, and says what became of it. */
export async function takeOver(paths: Paths): Promise<void> {
  try {
    const report = reloadReportOf(await callDaemon(paths, "reload"));
    const sentences = report === null ? ["The daemon has reloaded it."] : reloadSentences(report);
    process.stdout.write(sentences.map((sentence) => `${sentence}\n`).join(""));
  } catch (error) {
    if (!(error instanceof DaemonNotRunning)) throw error;
    process.stdout.write("In effect from the next start: Fairlead is not running.\n");
  }
}
