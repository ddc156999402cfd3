import { spawn } from "node:child_process";
import { once } from "node:events";
import { type Paths, ownPathSource, pathsOf } from "../config/paths.ts";
import { callDaemon, daemonIsRunning } from "../control/client.ts";
import { CommandError } from "../control/command-error.ts";
import { commandRunner } from "../service/run-command.ts";
import { printJson } from "../terminal/print-json.ts";
import { type SayOnSpinner, withSpinner } from "../terminal/spinner.ts";
import { ensureOptions } from "./commands.ts";
import { restartDaemon, runningVersion } from "./ensure-daemon.ts";
import { type Npm, npmOf, prefixOf } from "./npm.ts";
import { isNewer } from "./versions.ts";

/** Downloads may be slow. */
const npmTimeoutMs = 10 * 60_000;

/** What `upgrade` is called with. */
export interface UpgradeOptions {
  readonly dataDir?: string;
  readonly json?: boolean;
  /** Only tells what it would do. */
  readonly check?: boolean;
}

/** What `upgrade` finds. */
export interface UpgradeReport {
  /** Version of this command. */
  readonly installed: string;
  readonly newest: string;
  /** Version of the running daemon; null = none runs. */
  readonly running: string | null;
}

/**
 * `fairlead upgrade`. What fails before the new version stands leaves the running daemon alone; then
 * it is restarted, and its turns may finish.
 */
export async function upgrade(options: UpgradeOptions): Promise<void> {
  const { dataDir, check = false, json = false } = options;
  const paths = pathsOf(ownPathSource(dataDir));
  const ensure = ensureOptions(paths, dataDir);
  const npm = npmOf(commandRunner(npmTimeoutMs));
  const report = await withSpinner("Asking npm", () => look(npm, ensure.version, paths));
  if (json) printJson(report);
  if (check) {
    if (!json) process.stdout.write(`${checkSentence(report)}\n`);
    return;
  }
  const say = (sentence: string): void =>
    void (json ? process.stderr : process.stdout).write(`${sentence}\n`);
  const { installed, newest, running } = report;
  if (isNewer(newest, installed)) {
    const main = process.argv[1] ?? "";
    await withSpinner("Installing", (spinner) => installNewest(npm, newest, main, spinner));
    say(`Installed ${newest}; this was ${installed}.`);
    // The files of this program are those of the new version by now: it has to do the rest itself.
    if (running !== null) await runNew(main, dataDir);
  } else if (running !== null && isNewer(installed, running)) {
    await withSpinner("Restarting", () => restartDaemon(ensure));
    say(`The daemon was ${running} and is ${installed} now.`);
  } else {
    say(`Fairlead ${installed} is the newest; nothing to do.`);
  }
}

/** What there is to upgrade, for people. */
export function checkSentence({ installed, newest, running }: UpgradeReport): string {
  if (isNewer(newest, installed))
    return `${newest} is out; this is ${installed}: \`fairlead upgrade\`.`;
  if (running !== null && isNewer(installed, running)) {
    return `The daemon still runs ${running}; this is ${installed}: \`fairlead upgrade\` restarts it.`;
  }
  return `Fairlead ${installed} is the newest.`;
}

async function look(npm: Npm, installed: string, paths: Paths): Promise<UpgradeReport> {
  const newest = await npm.newest();
  const running = (await daemonIsRunning(paths))
    ? runningVersion(await callDaemon(paths, "status"))
    : null;
  return { installed, newest, running };
}

async function installNewest(
  npm: Npm,
  newest: string,
  main: string,
  say: SayOnSpinner,
): Promise<void> {
  const prefix = prefixOf(main);
  if (prefix === null) {
    throw new CommandError(
      "failed",
      `${newest} is out, but this Fairlead was not installed by \`npm i -g\`: upgrade it the way ` +
        "it was installed, then run `fairlead restart`.",
    );
  }
  say(`Installing ${newest} in ${prefix}`);
  await npm.install(newest, prefix);
}

/** Rejects when the new version could not be started; what it says is on the terminal. */
async function runNew(main: string, dataDir: string | undefined): Promise<void> {
  const words = ["restart", ...(dataDir === undefined ? [] : ["--data-dir", dataDir])];
  const child = spawn(process.execPath, [...process.execArgv, main, ...words], {
    stdio: "inherit",
    windowsHide: true,
  });
  const exit: unknown[] = await once(child, "exit");
  if (exit[0] === 0) return;
  throw new CommandError(
    "failed",
    "The new version is installed, but did not start: `fairlead restart`.",
  );
}
