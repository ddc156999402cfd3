import { join } from "node:path";
import { type Paths, ownPathSource, pathsOf } from "../config/paths.ts";
import { callDaemon } from "../control/client.ts";
import { CommandError } from "../control/command-error.ts";
import { ownAutostart } from "../service/own-autostart.ts";
import { printJson } from "../terminal/print-json.ts";
import { withSpinner } from "../terminal/spinner.ts";
import { ownVersion } from "../version.ts";
import { type EnsureOptions, restartDaemon, waitingSentence } from "./ensure-daemon.ts";
import { serveWords } from "./start-daemon.ts";
import { stopDaemon } from "./stop-daemon.ts";

/** What the commands about the running daemon are called with. */
export interface LifecycleOptions {
  readonly dataDir?: string;
  readonly json?: boolean;
  /** Does not wait for running turns. */
  readonly now?: boolean;
}

/** The {@link EnsureOptions} of a command: this program's own version, places and autostart. */
export function ensureOptions(paths: Paths, dataDir: string | undefined): EnsureOptions {
  const given = dataDir ?? (process.env["FAIRLEAD_HOME"] || undefined);
  return {
    paths,
    version: ownVersion(),
    words: serveWords(given),
    supervisor: ownAutostart(paths, dataDir),
    say,
  };
}

/** `fairlead stop`. */
export async function stop({ dataDir, now = false }: LifecycleOptions): Promise<void> {
  const paths = pathsOf(ownPathSource(dataDir));
  const pid = await withSpinner("Stopping", (spinner) =>
    stopDaemon(paths, {
      now,
      onProgress: ({ turns, limitMs }) => {
        if (turns === 0) return;
        const sentence = waitingSentence(turns, limitMs);
        if (process.stderr.isTTY) spinner(`${sentence} (\`fairlead stop --now\` does not wait)`);
        else say(sentence);
      },
    }),
  );
  process.stdout.write(`Fairlead (process ${pid}) has stopped.\n`);
  if ((await ownAutostart(paths, dataDir).installed()) !== null) {
    process.stdout.write("It starts again at the next login; `fairlead uninstall` ends that.\n");
  }
}

/** `fairlead restart`: also starts one that was not running. */
export async function restart({ dataDir, now = false }: LifecycleOptions): Promise<void> {
  const paths = pathsOf(ownPathSource(dataDir));
  const options = { ...ensureOptions(paths, dataDir), now };
  await withSpinner("Restarting", (spinner) =>
    restartDaemon({ ...options, say: process.stderr.isTTY ? spinner : say }),
  );
  process.stdout.write(`Fairlead ${options.version} is running.\n`);
}

/** `fairlead reload`. A file that is wrong changes nothing and ends with 1. */
export async function reload({ dataDir, json = false }: LifecycleOptions): Promise<void> {
  const paths = pathsOf(ownPathSource(dataDir));
  const { reloadReportOf, reloadSentences } = await import("../config/reload.ts");
  const answer = await callDaemon(paths, "reload").catch((error: unknown) => {
    if (!(error instanceof CommandError) || error.failure !== "usage") throw error;
    // The command was typed well; it is the file that is wrong.
    throw new CommandError("failed", error.message, { cause: error });
  });
  const report = reloadReportOf(answer);
  if (report === null) throw new Error("the daemon's answer to a reload cannot be read");
  if (json) printJson(report);
  else
    process.stdout.write(
      reloadSentences(report)
        .map((line) => `${line}\n`)
        .join(""),
    );
}

/** Where a daemon that nobody watches prints to. */
export function startLogFile(paths: Paths): string {
  return join(paths.logs, "start.log");
}

function say(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}
