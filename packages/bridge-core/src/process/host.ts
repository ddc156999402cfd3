import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { AgentProcess, BridgeHost } from "../adapter.ts";
import { startAgentProcess } from "./agent-process.ts";
import type { EnvironmentResolver } from "./environment.ts";
import { hostFiles } from "./host-files.ts";
import { listenLoopback } from "./loopback.ts";
import { ProcessGroups } from "./process-groups.ts";

/** What {@link createBridgeHost} is made of. */
export interface BridgeHostOptions {
  /** Launch environment of a folder: `loginShellEnvironment` for a daemon. */
  readonly environment: EnvironmentResolver;
  readonly log: BridgeHost["log"];
  /** Default: the global one. */
  readonly fetch?: typeof globalThis.fetch;
  /**
   * What is started in place of the programs the bridge names, by their names: a path, or another
   * name on the `PATH`.
   */
  readonly programs?: ReadonlyMap<string, string>;
  /** Set in every environment of this host, whatever the folder. */
  readonly env?: Readonly<Record<string, string>>;
  /** Default: its own. Hosts of one program should share one, disposed by the program. */
  readonly groups?: ProcessGroups;
}

/**
 * The real host of a bridge. Owns every process and listener its bridge starts; dispose ends them
 * all, after which every call rejects or throws.
 */
export function createBridgeHost(options: BridgeHostOptions): BridgeHost & AsyncDisposable {
  const { log, fetch = globalThis.fetch, groups = new ProcessGroups(), env, programs } = options;
  const environment: EnvironmentResolver = async (cwd) => {
    const found = await options.environment(cwd);
    return env === undefined ? found : { ...found, ...env };
  };
  const owned = new Set<AsyncDisposable>();
  const disposal = new AbortController();
  let disposed: Promise<void> | null = null;
  const alive = (): void => disposal.signal.throwIfAborted();
  const until = (signal: AbortSignal): AbortSignal => AbortSignal.any([signal, disposal.signal]);

  const dispose = async (): Promise<void> => {
    disposal.abort(new Error("the host of this bridge is disposed"));
    await Promise.allSettled([...owned].map((resource) => resource[Symbol.asyncDispose]()));
    if (options.groups === undefined) groups[Symbol.dispose]();
  };

  return {
    spawn(spec): AgentProcess {
      alive();
      const program = programs?.get(spec.file);
      const child: AgentProcess = startAgentProcess(spec, {
        environment: environment(spec.cwd),
        groups,
        ...(program !== undefined && { program }),
        onDisposed: () => owned.delete(child),
      });
      owned.add(child);
      return child;
    },
    async fetch(input, init) {
      alive();
      return fetch(input, init);
    },
    async environment(cwd) {
      alive();
      return environment(cwd);
    },
    files: {
      async list(folder) {
        alive();
        return hostFiles.list(folder);
      },
      read: (path, { signal, ...range }) =>
        hostFiles.read(path, { ...range, signal: until(signal) }),
      watch: (folder, { signal }) => hostFiles.watch(folder, { signal: until(signal) }),
    },
    async listen(handler) {
      alive();
      const listener = await listenLoopback(handler, log);
      owned.add(listener);
      return {
        url: listener.url,
        token: listener.token,
        async [Symbol.asyncDispose]() {
          owned.delete(listener);
          await listener[Symbol.asyncDispose]();
        },
      };
    },
    secret: () => randomBytes(32).toString("hex"),
    async sleep(ms, { signal }) {
      await sleep(ms, undefined, { signal: until(signal) });
    },
    log,
    [Symbol.asyncDispose]() {
      disposed ??= dispose();
      return disposed;
    },
  };
}
