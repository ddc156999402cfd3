import { openDirectRoute } from "./direct-route.ts";
import { nativeStream, type NativeStream } from "./native-stream.ts";
import { openRelayRoute } from "./relay-route.ts";
import type { Carried, Route } from "./route.ts";

const rounds = 7;
/** A stream too short to be measured is carried several times over. */
const leastDeltas = 20_000;

/** What one delta costs on one way; medians of all rounds. */
export interface DeltaCost {
  readonly elapsedUs: number;
  /** Of all threads of the process. */
  readonly cpuUs: number;
}

/** Both ways, at one length of the stream. */
export interface RelayFigures {
  /** Deltas of the stream. */
  readonly count: number;
  readonly textBytes: number;
  readonly relay: DeltaCost;
  readonly direct: DeltaCost;
  /** After a garbage collection, with the relay's turn still open. */
  readonly heapBytes: number;
}

interface Measured {
  readonly stream: NativeStream;
  readonly relay: DeltaCost[];
  readonly direct: DeltaCost[];
}

/**
 * Measures both ways in turn, round after round, so that a change of the machine's pace meets both.
 */
export async function measureRelay(counts: readonly number[]): Promise<readonly RelayFigures[]> {
  const measured = counts.map((count): Measured => ({
    stream: nativeStream(count),
    relay: [],
    direct: [],
  }));
  await using relayRoute = await openRelayRoute();
  await using directRoute = await openDirectRoute();
  for (let round = 0; round <= rounds; round += 1) {
    for (const { stream, relay, direct } of measured) {
      const relayed = await costOf(relayRoute, stream);
      const sent = await costOf(directRoute, stream);
      // The first round warms up.
      if (round === 0) continue;
      relay.push(relayed);
      direct.push(sent);
    }
  }
  const figures: RelayFigures[] = [];
  for (const { stream, relay, direct } of measured) {
    figures.push({
      count: stream.count,
      textBytes: Buffer.byteLength(stream.text),
      relay: medians(relay),
      direct: medians(direct),
      heapBytes: await heapOf(relayRoute, stream),
    });
  }
  return figures;
}

async function costOf(route: Route, stream: NativeStream): Promise<DeltaCost> {
  const carried: Carried[] = [];
  const times = Math.max(1, Math.ceil(leastDeltas / stream.count));
  while (carried.length < times) carried.push(await route.carry(stream));
  const perDelta = (total: number, ms: number): number =>
    total + (ms * 1000) / (times * stream.count);
  return {
    elapsedUs: carried.map(({ elapsedMs }) => elapsedMs).reduce(perDelta, 0),
    cpuUs: carried.map(({ cpuMs }) => cpuMs).reduce(perDelta, 0),
  };
}

async function heapOf(route: Route, stream: NativeStream): Promise<number> {
  let heapBytes = Number.NaN;
  await route.carry(stream, () => {
    if (globalThis.gc === undefined) throw new Error("node needs --expose-gc");
    globalThis.gc();
    heapBytes = process.memoryUsage().heapUsed;
  });
  return heapBytes;
}

function medians(costs: readonly DeltaCost[]): DeltaCost {
  return {
    elapsedUs: median(costs.map(({ elapsedUs }) => elapsedUs)),
    cpuUs: median(costs.map(({ cpuUs }) => cpuUs)),
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
