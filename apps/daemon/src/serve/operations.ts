import { join } from "node:path";
import type { RequestHandler } from "@fairlead/bridge-core/transport";
import { AuditLog } from "../audit/audit-log.ts";
import { auditDevices, auditGateway } from "../audit/audit-observer.ts";
import type { HostConfig } from "../config/host-config.ts";
import type { Paths } from "../config/paths.ts";
import { makeFolders } from "../config/private-files.ts";
import { secretsOf } from "../config/read.ts";
import type { GatewayObserver } from "../gateway/types.ts";
import { Logger, terminalMirror } from "../logging/logger.ts";
import { logFileName } from "../logging/print-logs.ts";
import { type Monitoring, startMonitoring } from "../operations/monitoring.ts";
import { ownVersion } from "../version.ts";
import type { Daemon, DaemonWatcher } from "./daemon.ts";
import type { Log } from "./log.ts";
import { Owned } from "./owned.ts";
import { combined } from "./watchers.ts";

/** What a daemon is watched with: its log, its audit log, and what it tells monitors. */
export interface Operations extends AsyncDisposable {
  readonly log: Log;
  /** Answers `/healthz` and its like. */
  readonly requestHandler: RequestHandler;
  readonly monitoring: Monitoring;
  /** `more` is told the same. */
  watcher(more: GatewayObserver): DaemonWatcher;
  /** The daemon to tell of. */
  follow(daemon: Daemon): void;
  /** Other settings of the log, and other secrets that must not be in it. */
  configure(config: HostConfig): void;
  /** What does not work as it should, in sentences. */
  problems(): readonly string[];
}

/** Opens the logs and begins to count. */
export async function openOperations(paths: Paths, config: HostConfig): Promise<Operations> {
  await makeFolders(paths);
  const owned = new Owned();
  const file = join(paths.logs, logFileName);
  const logger = owned.add(new Logger({ file, settings: config.log, mirror: terminalMirror() }));
  const log = logger.component("daemon");
  const hide = (shown: HostConfig): void => {
    for (const secret of secretsOf(shown)) logger.addSecret(secret);
  };
  hide(config);
  const audit = owned.add(new AuditLog({ folder: paths.logs, log: logger.component("audit") }));
  const told = auditDevices(audit);
  let daemon: Daemon | null = null;
  const monitoring = owned.add(
    await startMonitoring({
      version: ownVersion(),
      state: () => daemon?.gateway.made?.state ?? null,
      variables: process.env,
      isOperator: async (token) => daemon?.operator.matches(token) ?? false,
      tokenFile: paths.operatorTokenFile,
      log: logger.component("monitoring"),
    }),
  );
  return {
    log,
    monitoring,
    requestHandler: monitoring.requestHandler,
    watcher: (more) => ({
      gateway: combined([...monitoring.observers, auditGateway(audit), more]),
      device(event) {
        if (event.kind === "token rotated" && daemon !== null) {
          logger.addSecret(daemon.pairingToken());
        }
        told(event);
      },
    }),
    follow(followed) {
      daemon = followed;
      logger.addSecret(followed.pairingToken());
    },
    configure(next) {
      logger.configure(next.log);
      hide(next);
    },
    problems: () => [
      ...monitoring.problems,
      ...(logger.lostLines === 0 ? [] : [`the log could not be written: ${paths.logs}`]),
    ],
    [Symbol.asyncDispose]: () => owned[Symbol.asyncDispose](),
  };
}
