import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { type FSWatcher, watch } from "node:fs";
import { open, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { unwatched } from "@fairlead/bridge-core/process";
import type { Paths } from "../config/paths.ts";
import { makeFolders } from "../config/private-files.ts";
import { daemonIsRunning } from "../control/client.ts";
import { CommandError } from "../control/command-error.ts";
import { holderOf } from "./lock.ts";

/** How long a daemon may take until it answers. */
const startMs = 15_000;
/** How long one that was not wanted may take to end by itself. */
const endMs = 3000;
/** Where the system does not tell that a socket was made, somebody has to look. */
const lookAgainMs = 250;
const shownLogLines = 15;

/** How to start a daemon. */
export interface StartOptions {
  readonly paths: Paths;
  /** The words after `node`: `main.js serve`, with its options. */
  readonly words: readonly string[];
  /** Default: 15 s. */
  readonly timeoutMs?: number;
}

/** The words that start this program's daemon, to be put after the path of node. */
export function serveWords(dataDir: string | undefined): readonly string[] {
  const [, main = ""] = process.argv;
  const own = process.execArgv.filter((word) => !word.startsWith("--inspect"));
  return [
    ...own,
    main,
    "serve",
    ...(dataDir === undefined ? [] : ["--data-dir", resolve(dataDir)]),
  ];
}

/**
 * Starts a daemon that outlives this process and its terminal, and resolves once it answers. What it
 * prints goes to `start.log`. Rejects with its last lines, and leaves none behind, when it
 * ends instead or takes too long.
 */
export async function startDetached(options: StartOptions): Promise<void> {
  const { paths, words } = options;
  await makeFolders(paths);
  const logFile = join(paths.logs, "start.log");
  const child = await spawnDetached(words, logFile);
  const exited = new AbortController();
  child.once("exit", () => exited.abort());
  child.once("error", (error) => exited.abort(error));
  const timeoutMs = options.timeoutMs ?? startMs;
  let isOurs = false;
  try {
    await untilAnswers(paths, { timeoutMs, logFile, exited: exited.signal });
    isOurs = (await holderOf(paths)) === child.pid;
  } finally {
    // One that is too slow, or too late beside another, must not come up when nobody expects it.
    if (!isOurs && !exited.signal.aborted) {
      child.kill();
      const force = setTimeout(() => child.kill("SIGKILL"), endMs);
      await once(child, "exit");
      clearTimeout(force);
    }
    child.removeAllListeners();
    child.unref();
  }
}

/** What {@link untilAnswers} looks at. */
export interface WaitOptions {
  readonly timeoutMs?: number;
  /** Shown when it does not come up. */
  readonly logFile: string;
  /** Aborted when the process that was started is gone. */
  readonly exited?: AbortSignal;
}

/** Resolves once the daemon of these places answers. Rejects with the last lines of the log. */
export async function untilAnswers(
  paths: Pick<Paths, "socket" | "sockets" | "lockFile" | "pidFile">,
  { timeoutMs = startMs, logFile, exited = new AbortController().signal }: WaitOptions,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  using change = changes(paths.sockets);
  exited.addEventListener("abort", change.wake, { once: true });
  while (!(await daemonIsRunning(paths))) {
    // Another one may be starting at the same moment, and have won.
    if (exited.aborted && (await holderOf(paths)) === null) {
      throw new CommandError("failed", `Fairlead ended at its start.${await lastLines(logFile)}`);
    }
    if (Date.now() > deadline) {
      const message = `Fairlead has not started within ${timeoutMs / 1000} s.`;
      throw new CommandError("failed", `${message}${await lastLines(logFile)}`);
    }
    await change.next();
  }
}

async function spawnDetached(words: readonly string[], logFile: string): Promise<ChildProcess> {
  // Written anew by each start: it stays small.
  await using log = await open(logFile, "w", 0o600);
  const [first = ""] = words;
  // A loader that was named without its path is found from where the program lies.
  const cwd = first.startsWith("-") ? dirname(process.argv[1] ?? "") : homedir();
  const stdio = ["ignore", log.fd, log.fd] as const;
  return spawn(process.execPath, words, {
    cwd,
    // Started from inside an agent of another daemon, it shall not end with that one.
    env: unwatched(process.env),
    detached: true,
    windowsHide: true,
    stdio: [...stdio],
  });
}

interface Changes extends Disposable {
  /** Resolves after the next change, or after a while. */
  next(): Promise<void>;
  readonly wake: () => void;
}

function changes(folder: string | null): Changes {
  let resolve = (): void => {};
  let changed = new Promise<void>((settle) => (resolve = settle));
  const wake = (): void => resolve();
  let watcher: FSWatcher | null = null;
  try {
    if (folder !== null) watcher = watch(folder, wake).on("error", wake);
  } catch {
    // There is no folder yet, or the system has no watches left: looking has to do.
  }
  return {
    wake,
    async next() {
      const over = new AbortController();
      const { signal } = over;
      await Promise.race([changed, sleep(lookAgainMs, undefined, { signal })]).catch(
        () => undefined,
      );
      over.abort();
      changed = new Promise<void>((settle) => (resolve = settle));
    },
    [Symbol.dispose]: () => watcher?.close(),
  };
}

async function lastLines(file: string): Promise<string> {
  const text = await readFile(file, "utf8").catch(() => "");
  const lines = text.trimEnd().split("\n").slice(-shownLogLines);
  return text === "" ? ` It said nothing in ${file}.` : ` It said:\n${lines.join("\n")}`;
}
