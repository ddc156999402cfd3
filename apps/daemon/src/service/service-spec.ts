import { createHash } from "node:crypto";

/** File name of every form of autostart, less its ending. */
export const serviceName = "fairlead";

/** Name of the launch agent on macOS. */
export const serviceLabel = "dev.fairlead.fairlead";

/** What is started at login. */
export interface ServiceSpec {
  /** Absolute path of node, absolute path of `main.js`, `serve` and its options. */
  readonly argv: readonly string[];
  /**
   * What the user's own terminal has set and the system's services lack: `SHELL`, `HOME`, folders.
   * Never `PATH`: the daemon asks the login shell for it when an agent starts.
   */
  readonly environment: Readonly<Record<string, string>>;
  /** Folder of the daemon's state: tells whose service a file is. */
  readonly stateDir: string;
  /** Gets what the daemon prints, where the system keeps no journal. */
  readonly logFile: string;
  /** How long its end may take before the system kills it. */
  readonly stopS: number;
}

/** Says in a file of the service which daemon it is of, in characters no format minds. */
export function markOf({ stateDir }: Pick<ServiceSpec, "stateDir">): string {
  return `fairlead ${createHash("sha256").update(stateDir).digest("hex").slice(0, 16)}`;
}

/** Variables worth keeping of an environment; empty ones and relative folders are not. */
export function environmentOf(
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const names = ["HOME", "SHELL", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"];
  const kept = names.map((name) => [name, env[name] ?? ""] as const);
  return Object.fromEntries(kept.filter(([, value]) => value.startsWith("/")));
}
