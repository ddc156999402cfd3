import { randomBytes } from "node:crypto";
import type { GatewayObserver, TurnSummary } from "../gateway/types.ts";
import { type SpanCounts, SpanExporter, type SpanExporterOptions } from "./span-exporter.ts";

/** What traces are made with. */
export interface TracesOptions extends SpanExporterOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** A span for every turn. Dispose sends the last ones. */
export interface Traces extends AsyncDisposable {
  readonly observer: GatewayObserver;
  readonly counts: () => SpanCounts;
}

/** Turns without an end that are remembered for their first delta. */
const maxOpen = 10_000;

/** Tells each turn's agent, outcome, length and first delta; never what was said. */
export function turnTraces({ now, ...options }: TracesOptions): Traces {
  const exporter = new SpanExporter(options);
  const firstDeltas = new Map<string, number>();
  const { ratio } = options.settings;
  return {
    observer: {
      firstDelta({ turnId, startedAtMs }, afterMs) {
        if (firstDeltas.size < maxOpen) firstDeltas.set(turnId, startedAtMs + afterMs);
      },
      turnEnded(turn, status) {
        const atMs = firstDeltas.get(turn.turnId);
        firstDeltas.delete(turn.turnId);
        const traceId = randomBytes(16).toString("hex");
        if (parseInt(traceId.slice(0, 8), 16) / 2 ** 32 >= ratio) return;
        exporter.add({
          traceId,
          spanId: randomBytes(8).toString("hex"),
          name: `turn ${turn.agent}`,
          startMs: turn.startedAtMs,
          endMs: Math.max(now(), turn.startedAtMs),
          attributes: attributesOf(turn, status, atMs),
          events: atMs === undefined ? [] : [{ name: "first delta", atMs }],
          isError: status === "failed",
        });
      },
    },
    counts: () => exporter.counts,
    [Symbol.asyncDispose]: () => exporter[Symbol.asyncDispose](),
  };
}

function attributesOf(
  { agent, threadId, turnId, startedAtMs }: TurnSummary,
  outcome: string,
  firstDeltaAtMs: number | undefined,
): Record<string, string | number> {
  return {
    "gen_ai.operation.name": "invoke_agent",
    "gen_ai.agent.name": agent,
    "gen_ai.conversation.id": threadId,
    "fairlead.turn.id": turnId,
    "fairlead.turn.outcome": outcome,
    ...(firstDeltaAtMs !== undefined && {
      "fairlead.first_delta_seconds": (firstDeltaAtMs - startedAtMs) / 1000,
    }),
  };
}
