import type { RequestHandler } from "@fairlead/bridge-core/transport";
import { AuditLog } from "../audit/audit-log.ts";
import { auditDevices, auditGateway } from "../audit/audit-observer.ts";
import type { HostConfig } from "../config/host-config.ts";
import type { Paths } from "../config/paths.ts";
import { makeFolders } from "../config/private-files.ts";
import type { GatewayObserver } from "../gateway/types.ts";
import type { Daemon, DaemonWatcher } from "./daemon.ts";
import { type Log, stderrLog } from "./log.ts";
import { Owned } from "./owned.ts";
import { combined } from "./watchers.ts";

/** What a daemon is watched with: its log, its audit log, and what it tells monitors. */
export interface Operations extends AsyncDisposable {
  readonly log: Log;
  /** Answers `/healthz` and its like. */
  readonly requestHandler: RequestHandler;
  /** `more` is told the same. */
  watcher(more: GatewayObserver): DaemonWatcher;
  /** The daemon to tell of. */
  follow(daemon: Daemon): void;
  /** It takes clients from now on. */
  ready(): void;
  /** It takes none any more. */
  stopping(): void;
  /** What does not work as it should, in sentences. */
  problems(): readonly string[];
}

/** Opens the logs. */
export async function openOperations(paths: Paths, config: HostConfig): Promise<Operations> {
  await makeFolders(paths);
  const owned = new Owned();
  const log = stderrLog(config.log.level === "debug");
  const audit = owned.add(new AuditLog({ folder: paths.logs, log }));
  return {
    log,
    requestHandler: async () => null,
    watcher: (more) => ({
      gateway: combined([auditGateway(audit), more]),
      device: auditDevices(audit),
    }),
    follow() {},
    ready() {},
    stopping() {},
    problems: () => [],
    [Symbol.asyncDispose]: () => owned[Symbol.asyncDispose](),
  };
}
