import { join } from "node:path";
import { z } from "zod";
import type { Paths } from "../config/paths.ts";
import { callDaemon, daemonIsRunning } from "../control/client.ts";
import { CommandError } from "../control/command-error.ts";
import { holderOf } from "./lock.ts";
import { startDetached, untilAnswers } from "./start-daemon.ts";
import { stopDaemon } from "./stop-daemon.ts";
import { isNewer } from "./versions.ts";

/** What starts the daemon when the user logs in, and can do so now. */
export interface Supervisor {
  /** Starts the daemon of these places; false = it is not the one to do so, start it yourself. */
  start(): Promise<boolean>;
}

/** Settings of {@link ensureDaemon}. */
export interface EnsureOptions {
  readonly paths: Paths;
  /** Version of this command. */
  readonly version: string;
  /** The words after `node` that start the daemon: `serveWords(dataDir)`. */
  readonly words: readonly string[];
  /** Absent = a process of its own, which is over at the end of the machine's uptime. */
  readonly supervisor?: Supervisor;
  /** Told in a sentence what takes time. */
  readonly say: (sentence: string) => void;
}

/** What had to be done for a daemon to be running. */
export type Ensured = "was running" | "started" | "restarted";

const identity = z.looseObject({ version: z.string() });

const ofCommand = z.looseObject({ pid: z.number(), isOfCommand: z.literal(true) });

/**
 * Makes sure that a daemon of this command's version runs and answers. An older one is restarted,
 * and its turns may finish before; a newer one is left alone. Rejects with what the daemon said when
 * it does not come up.
 */
export async function ensureDaemon(options: EnsureOptions): Promise<Ensured> {
  const { paths, version, say } = options;
  if (!(await daemonIsRunning(paths))) {
    await startUnlessStarting(options);
    return "started";
  }
  const status = await callDaemon(paths, "status");
  const commandPid = commandOf(status);
  if (commandPid !== null) throw new CommandError("failed", commandSentence(commandPid));
  const theirs = runningVersion(status);
  if (theirs === version) return "was running";
  if (isNewer(theirs, version)) {
    say(`The running daemon (${theirs}) is newer than this command (${version}).`);
    return "was running";
  }
  say(`The running daemon is ${theirs}, this command ${version}: it is restarted.`);
  await restartDaemon(options);
  return "restarted";
}

/** The version in what any daemon answers to `status`. */
export function runningVersion(status: unknown): string {
  const parsed = identity.safeParse(status);
  return parsed.success ? parsed.data.version : "of an unknown version";
}

/**
 * The pid of the command that serves the agents as long as it runs, when it is one that answered
 * `status`; null = it was a daemon of its own.
 */
export function commandOf(status: unknown): number | null {
  const parsed = ofCommand.safeParse(status);
  return parsed.success ? parsed.data.pid : null;
}

/** Why there is no daemon, and what to do. */
export function commandSentence(pid: number): string {
  return `No daemon runs: a command in another terminal (process ${pid}) serves the agents until it ends. End it, then run \`fairlead\`.`;
}

/** One that is just starting needs no second one; one that is just ending is waited for. */
async function startUnlessStarting(options: EnsureOptions): Promise<void> {
  const { paths } = options;
  if ((await holderOf(paths)) !== null) {
    const exited = AbortSignal.abort();
    try {
      await untilAnswers(paths, { logFile: startLog(paths), exited });
      return;
    } catch (error) {
      if ((await holderOf(paths)) !== null) throw error;
    }
  }
  await startDaemon(options);
}

/** Stops the running daemon, if there is one, as `fairlead stop` does, and starts it again. */
export async function restartDaemon(
  options: EnsureOptions & { readonly now?: boolean },
): Promise<void> {
  const { paths, say, now = false } = options;
  if ((await holderOf(paths)) !== null || (await daemonIsRunning(paths))) {
    await stopDaemon(paths, {
      now,
      onProgress: ({ turns, limitMs }) => {
        if (turns > 0) say(waitingSentence(turns, limitMs));
      },
    });
  }
  await startDaemon(options);
}

/** Starts the daemon, by the supervisor where there is one. Resolves once it answers. */
async function startDaemon({ paths, words, supervisor }: EnsureOptions): Promise<void> {
  if ((await supervisor?.start()) === true) {
    await untilAnswers(paths, { logFile: startLog(paths) });
  } else {
    await startDetached({ paths, words });
  }
}

/** What a stop that waits tells. */
export function waitingSentence(turns: number, limitMs: number): string {
  const what = turns === 1 ? "1 turn is" : `${turns} turns are`;
  return `${what} running: waiting up to ${Math.round(limitMs / 1000)} s for the end.`;
}

function startLog(paths: Paths): string {
  return join(paths.logs, "start.log");
}
