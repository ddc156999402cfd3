import type { RequestHandler } from "@fairlead/bridge-core/transport";
import type { GatewayObserver, GatewayState } from "../gateway/types.ts";
import { healthHandler, type HealthOptions, type Readiness } from "./health.ts";
import { daemonMetrics } from "./metrics.ts";
import { traceSettings } from "./trace-settings.ts";
import type { Traces } from "./traces.ts";

/** What a daemon is watched with. */
export interface MonitoringOptions extends Pick<HealthOptions, "isOperator" | "tokenFile"> {
  readonly version: string;
  /** What the gateway holds now; null before its first client. */
  readonly state: () => GatewayState | null;
  /** Where the standard variables of OpenTelemetry are. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly log: (level: "debug" | "warn", message: string) => void;
  /** Milliseconds since 1970. Default: the system clock. */
  readonly now?: () => number;
}

/** What tells monitors how a daemon is. Dispose sends the last traces. */
export interface Monitoring extends AsyncDisposable {
  /** To be told of everything. */
  readonly observers: readonly GatewayObserver[];
  /** Answers `/healthz`, `/readyz` and `/metrics`; null for anything else. */
  readonly requestHandler: RequestHandler;
  /** What `/readyz` says from now on. Begins with `starting`. */
  become(readiness: Readiness): void;
  /** What was asked for and cannot be done, in sentences. */
  readonly problems: readonly string[];
}

/** Starts counting; traces are loaded only where the variables want them. Never rejects. */
export async function startMonitoring(options: MonitoringOptions): Promise<Monitoring> {
  const { version, state, variables, log, isOperator, tokenFile, now = Date.now } = options;
  const metrics = daemonMetrics({ version, state });
  const settings = traceSettings(variables);
  const problems: string[] = [];
  let traces: Traces | null = null;
  if (settings !== null && "problem" in settings) {
    problems.push(`no traces are sent: ${settings.problem}`);
    log("warn", `no traces are sent: ${settings.problem}`);
  } else if (settings !== null) {
    const { turnTraces } = await import("./traces.ts");
    traces = turnTraces({ settings, version, log, now });
    const { counts } = traces;
    metrics.addTraces(counts);
  }
  let readiness: Readiness = "starting";
  return {
    observers: traces === null ? [metrics.observer] : [metrics.observer, traces.observer],
    requestHandler: healthHandler({
      readiness: () => readiness,
      metrics: () => metrics.text(),
      isOperator,
      tokenFile,
    }),
    become(next) {
      readiness = next;
    },
    problems,
    [Symbol.asyncDispose]: async () => traces?.[Symbol.asyncDispose](),
  };
}
