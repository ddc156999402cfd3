import type { EnvironmentResolver, ProcessGroups } from "@fairlead/bridge-core";
import { type Lazy, lazily } from "./lazily.ts";
import type { Log } from "./log.ts";

/** What every program that the daemon starts needs. Loaded with the first of them. */
export interface SharedProcesses extends AsyncDisposable {
  readonly environment: EnvironmentResolver;
  readonly groups: () => Promise<ProcessGroups>;
}

/**
 * What the system or the operator told this daemon alone: the headers of its traces hold a key, and
 * the rest is how systemd speaks with a service.
 */
const ownVariables: readonly string[] = [
  "OTEL_EXPORTER_OTLP_HEADERS",
  "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
  "CREDENTIALS_DIRECTORY",
  "LISTEN_FDNAMES",
  "LISTEN_FDS",
  "LISTEN_PID",
  "NOTIFY_SOCKET",
];

/** `given` stands in for the environment of the user's login shell. */
export function sharedProcesses(given: EnvironmentResolver | null, log: Log): SharedProcesses {
  const groups: Lazy<ProcessGroups> = lazily(async () => {
    const processes = await import("@fairlead/bridge-core/process");
    return new processes.ProcessGroups();
  });
  const shell = lazily(async () => {
    const { loginShellEnvironment } = await import("@fairlead/bridge-core/process");
    return loginShellEnvironment({ log, groups: await groups.get(), withheld: ownVariables });
  });
  return {
    environment: given ?? (async (cwd) => (await shell.get())(cwd)),
    groups: () => groups.get(),
    async [Symbol.asyncDispose]() {
      groups.made?.[Symbol.dispose]();
    },
  };
}
