import type { Supervisor } from "../lifecycle/ensure-daemon.ts";
import { linuxAutostart } from "./linux-autostart.ts";
import { macAutostart } from "./mac-autostart.ts";
import type { RunCommand } from "./run-command.ts";
import type { ServiceSpec } from "./service-spec.ts";
import { windowsAutostart } from "./windows-autostart.ts";

/** What starts the daemon when the user logs in. Nothing of it needs an administrator. */
export interface Autostart extends Supervisor {
  /** Rejects with what is missing when {@link install} could not do its work. Changes nothing. */
  possible(): Promise<void>;
  /**
   * Installs it, over an older one, and starts it; the running daemon has to be stopped before. The
   * sentences are for the operator. Rejects with what is missing, and leaves nothing behind then.
   */
  install(): Promise<readonly string[]>;
  /** Removes every form of it; true = there was one. What it started is stopped. */
  uninstall(): Promise<boolean>;
  /** How it is installed, for people; null = it is not. Changes nothing. */
  installed(): Promise<string | null>;
}

/** What an autostart follows from. */
export interface AutostartSource {
  readonly spec: ServiceSpec;
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homedir: string;
  /** Number of the user; 0 where users have none. */
  readonly uid: number;
  readonly run: RunCommand;
  /** Resolves after this long. */
  readonly sleep: (ms: number) => Promise<void>;
}

/** The autostart of this system. */
export function autostartOf(source: AutostartSource): Autostart {
  switch (source.platform) {
    case "darwin":
      return macAutostart(source);
    case "win32":
      return windowsAutostart(source);
    default:
      return linuxAutostart(source);
  }
}
