import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { link, lstat, mkdir, open, readFile, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { messageOf } from "@fairlead/bridge-core/transport";
import { firstFile } from "./first-file.ts";
import type { HostConfig } from "./host-config.ts";
import type { Paths } from "./paths.ts";
import { distrust, isErrno, privateFolder, writeAtomically } from "./private-files.ts";
import { type ReadOptions, readConfig, secretsOf } from "./read.ts";
import type { ConfigRemark } from "./remark.ts";

/** Exit code of a daemon whose `host.toml` is wrong: `EX_CONFIG`, so that nothing starts it again. */
export const badConfigExitCode = 78;

const maxFileBytes = 1024 * 1024;

/** `host.toml` as it was found. */
export type FoundConfig =
  | {
      readonly ok: true;
      readonly config: HostConfig;
      readonly warnings: readonly ConfigRemark[];
      readonly text: string;
    }
  | { readonly ok: false; readonly problems: readonly ConfigRemark[] };

/** What a daemon starts with. */
export type LoadedConfig =
  | {
      readonly ok: true;
      readonly config: HostConfig;
      readonly warnings: readonly ConfigRemark[];
      /**
       * What is wrong with the file, when it is: then `config` is what the file said when it was
       * valid for the last time. Empty when `config` is the file.
       */
      readonly problems: readonly ConfigRemark[];
    }
  | { readonly ok: false; readonly problems: readonly ConfigRemark[] };

/**
 * The configuration to start with. Makes the file, commented, at the first start; never changes one
 * that is there. A file that is wrong does not make a machine unreachable that was reachable
 * before: its last valid state holds, and the problems are told beside it. With no such state there
 * is only the list of problems.
 */
export async function loadConfig(paths: Paths, options: ReadOptions): Promise<LoadedConfig> {
  const { configFile } = paths;
  const first = firstFile(options.agents);
  const notMade = await createFirst(configFile, first);
  if (notMade !== null) {
    const reading = readConfig(first, options);
    const message = `it could not be made, so the defaults hold: ${notMade}`;
    const warning = { line: null, key: null, message };
    return reading.ok ? { ...reading, warnings: [warning], problems: [] } : reading;
  }
  const found = await findConfig(configFile, options);
  if (found.ok) {
    await keepLastGood(paths, found.text);
    return { ...found, problems: [] };
  }
  const lastGood = await findConfig(paths.lastGoodConfigFile, options);
  return lastGood.ok ? { ...lastGood, problems: found.problems } : found;
}

/** Makes the commented file unless there is one. Rejects when it cannot be made. */
export async function ensureConfigFile(paths: Paths, agents: readonly string[]): Promise<void> {
  const notMade = await createFirst(paths.configFile, firstFile(agents));
  if (notMade !== null) throw new Error(`${paths.configFile} could not be made: ${notMade}`);
}

/** The text of a file, whatever it says. Rejects with a sentence when it has none. */
export async function readConfigText(file: string): Promise<string> {
  const read = await readText(file);
  if ("problem" in read) throw new Error(`${file}: ${read.problem}`, { cause: read.cause });
  return read.text;
}

/** The configuration of a reload: the file or its problems. Changes nothing when there are any. */
export async function reloadConfig(paths: Paths, options: ReadOptions): Promise<FoundConfig> {
  const found = await findConfig(paths.configFile, options);
  if (found.ok) await keepLastGood(paths, found.text);
  return found;
}

/** Reads a file that is there. Never rejects: what the system says of it is a problem too. */
export async function findConfig(file: string, options: ReadOptions): Promise<FoundConfig> {
  const read = await readText(file);
  if ("problem" in read) return refused(read.problem);
  const reading = readConfig(read.text, options);
  if (!reading.ok) return reading;
  if (read.isOpen && secretsOf(reading.config).length > 0) {
    return refused(`it holds secrets that other users can read: run \`chmod 600 ${file}\``);
  }
  return { ...reading, text: read.text };
}

type ReadText =
  /** Open: other users can read it. */
  | { readonly text: string; readonly isOpen: boolean }
  | { readonly problem: string; readonly cause?: unknown };

async function readText(file: string): Promise<ReadText> {
  try {
    await using handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    const problem = await distrust(handle, file);
    if (problem !== null) return { problem };
    const stats = await handle.stat();
    if (!stats.isFile()) return { problem: "it is not a file" };
    if (stats.size > maxFileBytes) return { problem: `it is larger than ${maxFileBytes} bytes` };
    const text = decode(await handle.readFile());
    const isOpen = process.getuid !== undefined && (stats.mode & 0o044) !== 0;
    return text === null ? { problem: "it is not UTF-8 text" } : { text, isOpen };
  } catch (error) {
    return { problem: messageOf(error), cause: error };
  }
}

/**
 * Makes the commented file unless there is one. It appears whole: a second process never reads half
 * of it, and one that was faster keeps its own. Resolves with why there is none afterwards.
 */
async function createFirst(file: string, text: string): Promise<string | null> {
  if (await isThere(file)) return null;
  const temporary = `${file}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(temporary, text, { flag: "wx", mode: 0o600, flush: true });
    await link(temporary, file).catch(async (error: unknown) => {
      if (isErrno(error, "EEXIST")) return;
      // Some file systems have no second names for a file.
      await writeFile(file, text, { flag: "wx", mode: 0o600, flush: true });
    });
    return null;
  } catch (error) {
    return (await isThere(file)) ? null : messageOf(error);
  } finally {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

/** True also for what cannot be read, and for a link to nowhere: that is for its owner to mend. */
async function isThere(file: string): Promise<boolean> {
  return await lstat(file).then(
    () => true,
    (error: unknown) => !isErrno(error, "ENOENT") && !isErrno(error, "ENOTDIR"),
  );
}

/** A disk that is full, or a folder that cannot be written, is no reason not to start. */
async function keepLastGood({ lastGoodConfigFile }: Paths, text: string): Promise<void> {
  const kept = await readFile(lastGoodConfigFile, "utf8").catch(() => null);
  if (kept === text) return;
  try {
    // At the very first start there is no folder yet.
    await privateFolder(dirname(lastGoodConfigFile));
    await writeAtomically(lastGoodConfigFile, text);
  } catch {
    // The next start tries again.
  }
}

function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

function refused(message: string): FoundConfig {
  return { ok: false, problems: [{ line: null, key: null, message }] };
}
