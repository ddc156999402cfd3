import { type Paths, ownPathSource, pathsOf } from "../config/paths.ts";
import { makeFolders } from "../config/private-files.ts";
import { DaemonNotRunning } from "../control/command-error.ts";
import { serveWords, startDetached, untilAnswers } from "../lifecycle/start-daemon.ts";
import { stopDaemon } from "../lifecycle/stop-daemon.ts";
import { startLogFile } from "../lifecycle/commands.ts";
import { withSpinner } from "../terminal/spinner.ts";
import type { Autostart } from "./autostart.ts";
import { ownAutostart } from "./own-autostart.ts";

/** What `install` and `uninstall` are called with. */
export interface InstallOptions {
  readonly dataDir?: string;
}

/** `fairlead install`: a running daemon is stopped gracefully and started by the system instead. */
export async function install({ dataDir }: InstallOptions): Promise<void> {
  const paths = pathsOf(ownPathSource(dataDir));
  const sentences = await withSpinner("Installing", () =>
    installAutostart(ownAutostart(paths, dataDir), paths, dataDir),
  );
  process.stdout.write(sentences.map((sentence) => `${sentence}\n`).join(""));
}

/** `fairlead uninstall`: stops the daemon, and nothing starts it any more. Keeps all data. */
export async function uninstall({ dataDir }: InstallOptions): Promise<void> {
  const paths = pathsOf(ownPathSource(dataDir));
  const autostart = ownAutostart(paths, dataDir);
  const had = await withSpinner("Uninstalling", async () => {
    if ((await autostart.installed()) !== null) await stopIfRunning(paths);
    return autostart.uninstall();
  });
  process.stdout.write(
    had
      ? "Fairlead has stopped and is not started at login any more. Its data and settings stay.\n"
      : "Fairlead was not started at login.\n",
  );
}

/**
 * Installs it and waits until the daemon it started answers. A daemon that ran before runs
 * afterwards, whatever comes of it.
 */
export async function installAutostart(
  autostart: Autostart,
  paths: Paths,
  dataDir: string | undefined,
): Promise<readonly string[]> {
  await autostart.possible();
  await makeFolders(paths);
  const ran = await stopIfRunning(paths);
  let sentences: readonly string[] = [];
  try {
    sentences = await autostart.install();
  } catch (error) {
    if (ran) await startDetached({ paths, words: serveWords(dataDir) });
    throw error;
  }
  if (await autostart.start()) await untilAnswers(paths, { logFile: startLogFile(paths) });
  else if (ran) await startDetached({ paths, words: serveWords(dataDir) });
  const [, main = ""] = process.argv;
  const hint =
    "This copy of Fairlead is one that npx may remove: `npm i -g @fairlead/daemon`, then `fairlead install`.";
  return /[\\/]_npx[\\/]/u.test(main) ? [...sentences, hint] : sentences;
}

/** Whether there was one. */
async function stopIfRunning(paths: Paths): Promise<boolean> {
  try {
    await stopDaemon(paths);
    return true;
  } catch (error) {
    if (!(error instanceof DaemonNotRunning)) throw error;
    return false;
  }
}
