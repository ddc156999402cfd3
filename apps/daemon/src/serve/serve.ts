import type { ServeOptions } from "../commands/serve.ts";
import type { HostConfig } from "../config/host-config.ts";
import { badConfigExitCode, loadConfig, reloadConfig } from "../config/load.ts";
import { ownPathSource, type Paths, pathsOf } from "../config/paths.ts";
import { remarkLine } from "../config/remark.ts";
import { serveControl } from "../control/server.ts";
import { controlSocket } from "../control/socket-path.ts";
import { gracefulStop } from "../lifecycle/graceful-stop.ts";
import { runningTurns } from "../lifecycle/running-turns.ts";
import { daemonOps } from "./control-ops.ts";
import { type Daemon, startDaemon } from "./daemon.ts";
import { greeting } from "./greeting.ts";
import { openOperations } from "./operations.ts";
import { overridden, requireFolder } from "./overrides.ts";
import { Owned } from "./owned.ts";
import { Reloader } from "./reloader.ts";
import { readOptions } from "./start-config.ts";

/** Runs the daemon in this process until it is told to stop. */
export async function serve(options: ServeOptions): Promise<void> {
  if (options.cwd !== undefined) await requireFolder("--cwd", options.cwd);
  const paths = pathsOf(ownPathSource(options.dataDir));
  const start = await startConfig(paths, options);
  if (start === null) return;
  const owned = new Owned();
  try {
    await run(paths, start, options, owned);
  } finally {
    await owned[Symbol.asyncDispose]();
  }
}

async function run(
  paths: Paths,
  { config, problems: configProblems }: StartConfig,
  options: ServeOptions,
  owned: Owned,
): Promise<void> {
  const operations = owned.add(await openOperations(paths, config));
  const { log } = operations;
  const turns = runningTurns();
  let reloader: Reloader | null = null;
  const stop = owned.add(gracefulStop({ reload: () => reloader?.reloadBySignal(), log }));
  const daemon: Daemon = owned.add(
    await startDaemon({
      paths,
      config,
      overrides: { port: options.port ?? null },
      isReachable: true,
      environment: null,
      writeToken: async (token) => {
        const { writeToken } = await import("../config/change.ts");
        await writeToken(paths, readOptions, token);
      },
      watcher: operations.watcher(turns.observer),
      operations: operations.requestHandler,
      log,
    }),
  );
  operations.follow(daemon);
  reloader = new Reloader({
    read: () => reloadConfig(paths, readOptions),
    async apply(next) {
      operations.configure(next);
      await daemon.configure(next);
    },
    overridden: (next) => overridden(next, options),
    config,
    problems: configProblems,
    paths,
    log,
  });
  const problems = (): readonly string[] => [...reloader.problems, ...operations.problems()];
  const ops = daemonOps({ daemon, paths, stop, reloader, problems });
  owned.add(await serveControl({ path: controlSocket(paths), ops, log }));
  operations.monitoring.become("ready");
  process.stdout.write(await greeting(daemon, paths, process.stdout.isTTY));
  await stop.stopped;
  process.stderr.write("Stopping.\n");
  operations.monitoring.become("stopping");
  daemon.closeDoors();
  await stop.drain(turns.busy, reloader.config.limits.stopMs);
}

interface StartConfig {
  readonly config: HostConfig;
  /** What is wrong with the file, in whose place its last valid state holds. */
  readonly problems: readonly string[];
}

/** Null: it is wrong, and what is wrong has been said. */
async function startConfig(paths: Paths, options: ServeOptions): Promise<StartConfig | null> {
  const loaded = await loadConfig(paths, readOptions);
  const say = (lines: readonly string[]): void => {
    for (const line of lines) process.stderr.write(`fairlead: ${line}\n`);
  };
  const lineOf = (remark: Parameters<typeof remarkLine>[1]): string =>
    remarkLine(paths.configFile, remark);
  if (!loaded.ok) {
    say([...loaded.problems.map(lineOf), `correct ${paths.configFile}, then start again`]);
    process.exitCode = badConfigExitCode;
    return null;
  }
  say(loaded.warnings.map(lineOf));
  const problems = loaded.problems.map(lineOf);
  if (problems.length > 0) {
    say([...problems, "until that is corrected, its last valid state holds"]);
  }
  return { config: overridden(loaded.config, options), problems };
}
