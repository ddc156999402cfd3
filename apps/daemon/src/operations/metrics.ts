import { readdirSync } from "node:fs";
import process from "node:process";
import type { GatewayObserver, GatewayState } from "../gateway/types.ts";
import { MetricRegistry } from "./registry.ts";
import type { SpanCounts } from "./span-exporter.ts";

/** What the metrics of a daemon are made of. */
export interface MetricsOptions {
  readonly version: string;
  /** What the gateway holds now; null before its first client. */
  readonly state: () => GatewayState | null;
}

/** The metrics of a daemon. */
export interface Metrics {
  /** Counts what happens. */
  readonly observer: GatewayObserver;
  /** Tells what becomes of traces too. */
  addTraces(counts: () => SpanCounts): void;
  /** For Prometheus, in its text format. */
  text(): string;
}

/** Content type of {@link Metrics.text}. */
export const metricsType = "text/plain; version=0.0.4; charset=utf-8";

/** From an agent that answers at once to one that thinks for a minute. */
const latencySeconds = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const allAgents = "all";

/** Counts turns, sessions and failures of a daemon, by agent; never what was said. */
export function daemonMetrics({ version, state }: MetricsOptions): Metrics {
  const registry = new MetricRegistry();
  const one = (value: number) => [{ labels: [], value }];
  registry.gauge(
    { name: "fairlead_build_info", help: "Version of Fairlead that runs.", labels: ["version"] },
    () => [{ labels: [version], value: 1 }],
  );
  gatewayGauges(registry, state);
  const turns = registry.counter({
    name: "fairlead_turns_total",
    help: "Turns that have ended.",
    labels: ["agent", "outcome"],
  });
  const firstDelta = registry.histogram(
    {
      name: "fairlead_first_delta_seconds",
      help: "Time from the start of a turn to its first delta.",
      labels: ["agent"],
    },
    latencySeconds,
  );
  const attached = registry.counter({
    name: "fairlead_attachments_total",
    help: "Connections, by what became of the session they asked for.",
    labels: ["outcome"],
  });
  const refused = registry.counter({
    name: "fairlead_requests_refused_total",
    help: "Requests refused to a device.",
  });
  const dropped = registry.counter({
    name: "fairlead_frames_dropped_total",
    help: "Frames that left the ring before their client had seen them.",
  });
  const lost = registry.counter({
    name: "fairlead_agent_restarts_total",
    help: "Agents that were lost and are started again with their next use.",
    labels: ["agent"],
  });
  processMetrics(registry, one);
  return {
    observer: {
      sessionOpened: (_principal, _endpoint, outcome) => attached.add([outcome]),
      refused: () => refused.add([]),
      firstDelta: ({ agent }, afterMs) => firstDelta.observe([agent], afterMs / 1000),
      turnEnded: ({ agent }, status) => turns.add([agent, status]),
      framesDropped: (count) => dropped.add([], count),
      agentLost: (agent) => lost.add([agent]),
    },
    addTraces(counts) {
      registry.gauge(
        {
          name: "fairlead_spans_total",
          help: "Spans of turns, by what became of them.",
          labels: ["outcome"],
        },
        () => [
          { labels: ["sent"], value: counts().sent },
          { labels: ["dropped"], value: counts().dropped },
        ],
        "counter",
      );
      registry.gauge(
        { name: "fairlead_span_export_failures_total", help: "Exports of spans that failed." },
        () => one(counts().failedExports),
        "counter",
      );
    },
    text: () => registry.text(),
  };
}

function gatewayGauges(registry: MetricRegistry, state: () => GatewayState | null): void {
  const sessions = () => state()?.sessions ?? [];
  registry.gauge(
    {
      name: "fairlead_sessions",
      help: "Sessions of clients, with a connection or waiting for one.",
      labels: ["endpoint", "connected"],
    },
    () =>
      sessions().map(({ endpoint, connected }) => ({
        labels: [endpoint ?? allAgents, String(connected)],
        value: 1,
      })),
  );
  registry.gauge(
    {
      name: "fairlead_ring_frames",
      help: "Frames kept for clients that come back.",
      labels: ["endpoint"],
    },
    () =>
      sessions().map(({ endpoint, ringFrames }) => ({
        labels: [endpoint ?? allAgents],
        value: ringFrames,
      })),
  );
  registry.gauge(
    {
      name: "fairlead_ring_bytes",
      help: "Size of the frames kept for clients that come back.",
      labels: ["endpoint"],
    },
    () =>
      sessions().map(({ endpoint, ringBytes }) => ({
        labels: [endpoint ?? allAgents],
        value: ringBytes,
      })),
  );
  registry.gauge(
    { name: "fairlead_turns_running", help: "Turns that run now.", labels: ["agent"] },
    () => (state()?.turns ?? []).map(({ agent }) => ({ labels: [agent], value: 1 })),
  );
  registry.gauge(
    {
      name: "fairlead_approvals_pending",
      help: "Questions of agents that nobody has answered yet.",
      labels: ["agent"],
    },
    () => (state()?.approvals ?? []).map(({ agent }) => ({ labels: [agent], value: 1 })),
  );
}

function processMetrics(
  registry: MetricRegistry,
  one: (value: number) => readonly { readonly labels: readonly string[]; readonly value: number }[],
): void {
  const startSeconds = Date.now() / 1000 - process.uptime();
  registry.gauge(
    { name: "process_cpu_seconds_total", help: "CPU time of the daemon." },
    () => {
      const { user, system } = process.cpuUsage();
      return one((user + system) / 1e6);
    },
    "counter",
  );
  registry.gauge(
    { name: "process_resident_memory_bytes", help: "Memory of the daemon, without its agents." },
    () => one(process.memoryUsage.rss()),
  );
  registry.gauge(
    { name: "process_heap_bytes", help: "JavaScript heap of the daemon that is in use." },
    () => one(process.memoryUsage().heapUsed),
  );
  registry.gauge(
    { name: "process_start_time_seconds", help: "Start of the daemon, in seconds since 1970." },
    () => one(startSeconds),
  );
  registry.gauge(
    { name: "process_open_fds", help: "Files and sockets the daemon has open." },
    () => {
      try {
        return one(readdirSync("/proc/self/fd").length);
      } catch {
        // Only Linux tells.
        return [];
      }
    },
  );
}
