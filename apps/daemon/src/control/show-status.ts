import { ownPathSource, pathsOf } from "../config/paths.ts";
import { exitCodes } from "../commands/exit-codes.ts";
import { commandOf } from "../lifecycle/ensure-daemon.ts";
import { holderOf } from "../lifecycle/lock.ts";
import { ownAutostart } from "../service/own-autostart.ts";
import { printJson } from "../terminal/print-json.ts";
import { styleOf } from "../terminal/style.ts";
import { ownVersion } from "../version.ts";
import { callDaemon } from "./client.ts";
import { DaemonNotRunning } from "./command-error.ts";
import { placesInfo } from "./status-info.ts";
import { readStatus } from "./status.ts";
import { offlineText, statusText } from "./status-text.ts";

/** What `status` is called with. */
export interface StatusOptions {
  readonly json?: boolean;
  readonly dataDir?: string;
}

/** `fairlead status`: starts nothing and makes nothing. Without a daemon the exit code is 3. */
export async function showStatus({ json = false, dataDir }: StatusOptions): Promise<void> {
  const paths = pathsOf(ownPathSource(dataDir));
  const autostart = await ownAutostart(paths, dataDir).installed();
  const version = ownVersion();
  const style = styleOf(process.stdout);
  const answer = await callDaemon(paths, "status").catch((error: unknown) => {
    if (error instanceof DaemonNotRunning) return null;
    throw error;
  });
  const commandPid = commandOf(answer);
  if (answer !== null && commandPid === null) {
    const info = readStatus(answer);
    if (json) printJson({ running: true, ...info, autostart });
    else process.stdout.write(statusText(info, { version, autostart, style }));
    return;
  }
  const pid = commandPid ?? (await holderOf(paths));
  const isOfCommand = commandPid !== null;
  const offline = {
    running: false,
    pid,
    isOfCommand,
    version,
    paths: placesInfo(paths),
    autostart,
  } as const;
  if (json) printJson(offline);
  else process.stdout.write(offlineText(offline, style));
  process.exitCode = exitCodes["not-running"];
}
