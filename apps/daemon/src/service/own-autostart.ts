import { homedir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Paths } from "../config/paths.ts";
import { serveWords } from "../lifecycle/start-daemon.ts";
import { type Autostart, autostartOf } from "./autostart.ts";
import { commandRunner } from "./run-command.ts";
import { environmentOf } from "./service-spec.ts";

const commandTimeoutMs = 30_000;

/** More than the most that `limits.stop_secs` may give running turns: the daemon keeps to that. */
const stopS = 3600 + 60;

/**
 * The autostart of this user for a daemon with these places, on this system. `dataDir` is that of
 * the command line: the service is told of it, or of `FAIRLEAD_HOME`, since it would not see either.
 */
export function ownAutostart(paths: Paths, dataDir: string | undefined): Autostart {
  const { env, platform, execPath } = process;
  const given = dataDir ?? (env["FAIRLEAD_HOME"] || undefined);
  const words = serveWords(given);
  return autostartOf({
    spec: {
      argv: [execPath, ...words],
      environment: environmentOf(env),
      stateDir: paths.state,
      logFile: join(paths.logs, "start.log"),
      stopS,
    },
    platform,
    env,
    homedir: homedir(),
    uid: process.getuid?.() ?? 0,
    run: commandRunner(commandTimeoutMs),
    sleep: (ms) => sleep(ms),
  });
}
