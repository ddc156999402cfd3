import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { agentOps } from "../agents/control-ops.ts";
import type { HostConfig } from "../config/host-config.ts";
import { ownPathSource, type Paths, pathsOf } from "../config/paths.ts";
import { makeFolders } from "../config/private-files.ts";
import { secretsOf } from "../config/read.ts";
import { CommandError } from "../control/command-error.ts";
import type { ControlOp } from "../control/op.ts";
import { serveControl } from "../control/server.ts";
import { controlSocket } from "../control/socket-path.ts";
import { ownVersion } from "../version.ts";
import { Logger } from "../logging/logger.ts";
import { logFileName } from "../logging/print-logs.ts";
import { startDaemon } from "./daemon.ts";
import { Owned } from "./owned.ts";

/** The `status` of a daemon that is only a command's. */
export interface CommandStatus {
  readonly pid: number;
  readonly version: string;
  readonly isOfCommand: true;
}

/**
 * A daemon for one command, with unix sockets only, as long as the command runs. Other commands of
 * this user find it as they find any.
 */
export async function ownDaemon(paths: Paths, config: HostConfig): Promise<AsyncDisposable> {
  const owned = new Owned();
  try {
    await makeFolders(paths);
    const file = join(paths.logs, logFileName);
    const logger = owned.add(new Logger({ file, settings: config.log, mirror: null }));
    for (const secret of secretsOf(config)) logger.addSecret(secret);
    const log = logger.component("command");
    const daemon = owned.add(
      await startDaemon({
        paths,
        config: { ...config, cwd: config.cwd ?? process.cwd() },
        overrides: { port: null },
        isReachable: false,
        environment: null,
        writeToken: () => Promise.reject(belongsToCommand()),
        watcher: { gateway: {}, device: () => {} },
        operations: async () => null,
        log,
      }),
    );
    const refused: ControlOp = () => Promise.reject(belongsToCommand());
    const ops = { ...agentOps(daemon.agents), status, stop: refused, reload: refused };
    owned.add(await serveControl({ path: controlSocket(paths), ops, log }));
    return owned;
  } catch (error) {
    await owned[Symbol.asyncDispose]();
    throw error;
  }
}

/** {@link ownDaemon} that shares nothing with any other: its threads are gone at its end. */
export async function passingDaemon(
  config: HostConfig,
): Promise<AsyncDisposable & { readonly paths: Paths }> {
  const folder = await mkdtemp(join(tmpdir(), "fairlead-"));
  const paths = pathsOf(ownPathSource(folder));
  const remove = (): Promise<void> => removePlaces(paths, folder);
  try {
    const daemon = await ownDaemon(paths, config);
    return {
      paths,
      async [Symbol.asyncDispose]() {
        await daemon[Symbol.asyncDispose]();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Removes what a daemon left in a folder of its own, its sockets included. */
export async function removePlaces({ sockets }: Paths, folder: string): Promise<void> {
  for (const place of [folder, ...(sockets === null ? [] : [sockets])]) {
    await rm(place, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function status(): Promise<CommandStatus> {
  return { pid: process.pid, version: ownVersion(), isOfCommand: true };
}

function belongsToCommand(): CommandError {
  const message = `There is no daemon of its own: a command in another terminal (process ${process.pid}) serves the agents while it runs. End it first.`;
  return new CommandError("failed", message);
}
